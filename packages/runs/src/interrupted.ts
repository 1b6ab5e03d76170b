/** Error of a run that was stopped before its end. Its checkpoint is stored; running it again continues from there. */
export class InterruptedError extends Error {
  readonly code = "INTERRUPTED";
  constructor() {
    super("interrupted: the checkpoint is stored; run the same command again to continue from it");
    this.name = "InterruptedError";
  }
}
