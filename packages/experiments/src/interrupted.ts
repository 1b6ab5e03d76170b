/** A run was stopped before its end. Its checkpoint is where it was; running it again goes on from there. */
export class InterruptedError extends Error {
  readonly code = "INTERRUPTED";
  constructor() {
    super("interrupted: the checkpoint is stored; run the same command again to go on from it");
    this.name = "InterruptedError";
  }
}
