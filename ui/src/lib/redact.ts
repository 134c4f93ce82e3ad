// What leaves the window by the clipboard: of a path only the file's name.

const QUOTED = /`([^`]+)`/g;
const PATH = /(?<![\w.])(?:[A-Za-z]:|~)?(?:[\\/][^\s\\/`"'“”,;]+)*[\\/]([^\s\\/`"'“”,;]+)/g;

const last = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** Literals of the engine stand in backticks and may hold spaces; a path outside of them ends at a space. */
export function withoutFolders(text: string): string {
  const quoted = text.replace(QUOTED, (whole, inner: string) => (/[\\/]/.test(inner) ? `\`${last(inner)}\`` : whole));
  return quoted.replace(PATH, (_, name: string) => name);
}
