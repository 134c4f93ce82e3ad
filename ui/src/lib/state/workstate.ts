// What a card says of its collection: one state out of its works, decided here and nowhere else.

import type { CollectionRow, WorkStatus } from "../collections";
import { sentence, t, tn } from "../messages";
import type { Tone } from "./rowstate";

export type CardState = { tone: Tone; label: string; busy: boolean };

export function cardState(row: CollectionRow, work: WorkStatus): CardState {
  if (work.state === "processing") return { tone: "working", label: work.restarting ? t("work_restarting") : sentence(work.phase_name) || t("work_waiting"), busy: true };
  if (work.state === "failed") return { tone: "failed", label: t("card_failed"), busy: false };
  if (work.out_of_date) return { tone: "attention", label: t("card_out_of_date"), busy: false };
  if (row.item_count > 0) return { tone: "done", label: tn("card_items", row.included_count), busy: false };
  if (row.product_count > 0) return { tone: "attention", label: t("card_processed"), busy: false };
  return { tone: "idle", label: work.state === "cancelled" ? t("card_cancelled") : t("card_new"), busy: false };
}
