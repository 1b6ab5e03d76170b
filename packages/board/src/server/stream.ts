import type { IncomingMessage, ServerResponse } from "node:http";
import type { Change } from "../protocol";
import type { WatchedFolder } from "../state/folder";
import { ownHeaders } from "./guard";

/** Milliseconds between two looks at the folder while a page is open. */
const every = 500;
/** Bytes that a page may be behind; one that is further behind is cut off, and connects again. */
const mostBehind = 2 ** 22;

/** Stream of changes to all pages that are open. The folder is looked at only while there are some. */
export function changeStream(folder: WatchedFolder, onError: (error: unknown) => void) {
  const pages = new Set<ServerResponse>();
  let looking: Promise<Change | undefined> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  /** Looks at the folder, or takes part in the look that goes on. */
  const look = (): Promise<Change | undefined> => {
    looking ??= folder.look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const send = (page: ServerResponse, event: string, data: unknown) => {
    if (page.writableLength > mostBehind) page.destroy();
    else page.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const round = async () => {
    try {
      const change = await look();
      for (const page of change ? pages : []) send(page, "change", change);
    } catch (error) {
      onError(error);
    }
    timer = pages.size > 0 && !closed ? setTimeout(round, every) : undefined;
  };

  return {
    /** Waits until the folder has been looked at since the call, or at most so long ago as a look is apart from the next. */
    async ready(): Promise<void> {
      if (!timer) await look();
    },
    async open(request: IncomingMessage, page: ServerResponse): Promise<void> {
      if (!timer) await look();
      page.writeHead(200, { ...ownHeaders, "Content-Type": "text/event-stream" });
      send(page, "snapshot", folder.snapshot());
      pages.add(page);
      request.on("close", () => pages.delete(page));
      timer ??= setTimeout(round, every);
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
      for (const page of pages) page.end();
    },
  };
}
