// What every line of a job is given.

import type { Job } from "../../lib/model";
import type { JobDoing, Moment } from "../../lib/state/jobstate";

export type LineActs = {
  /** A click anywhere but on a button looks at the job closely. */
  click: (event: MouseEvent, job: Job) => void;
  focus: (line: string) => void;
  open: (job: Job) => void;
  cancel: (job: Job) => void;
  pause: (job: Job) => void;
  resume: (job: Job) => void;
  top: (job: Job) => void;
  again: (job: Job) => void;
  unlock: (job: Job) => void;
};

export type LineProps = {
  job: Job;
  /** Its key among all lines. */
  line: string;
  name: string;
  active: boolean;
  tabbable: boolean;
  moment: Moment;
  doing: JobDoing | null;
  on: LineActs;
};
