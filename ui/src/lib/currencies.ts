// Currencies that are offered; any other of three letters can be typed.

export const CURRENCIES = ["USD", "EUR", "GBP", "JPY", "CNY", "CAD", "AUD", "CHF", "HKD", "SGD", "INR", "SEK", "DKK", "NOK"];
