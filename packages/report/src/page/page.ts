import { escapeHtml } from "./format";
import { style } from "./style";

/** Options of {@link page}. */
export interface PageOptions {
  readonly title: string;
  /** Sentences under the title. HTML. */
  readonly lead: string;
  /** Sections. HTML. */
  readonly body: string;
  /** Command that made the page, to be typed again. */
  readonly command: string;
  /** Sentence after "Made by COMMAND". HTML. */
  readonly origin: string;
  /** Style sheet besides the report's own. @default none */
  readonly moreStyle?: string;
}

/** HTML document that needs no other file: title, lead, sections, and how to make it again. */
export const page = ({ title, lead, body, command, origin, moreStyle = "" }: PageOptions): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}${moreStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${lead}</p>
${body}
<footer>
<p>Made by <code>${escapeHtml(command)}</code>${origin}</p>
</footer>
</main>
</body>
</html>
`;

/** Plot under its heading, with a caption. Heading and caption are HTML. */
export const figurePanel = (heading: string, plot: string, caption: string): string =>
  `<figure><h2>${heading}</h2>${plot}<figcaption>${caption}</figcaption></figure>`;

/** Table that scrolls sideways if it must; each row is its cells. HTML. @param kind class of the table @default none */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[], kind = ""): string =>
  `<div class="scroll"><table${kind && ` class="${kind}"`}>
<thead><tr>${headings.map((heading) => `<th>${heading}</th>`).join("")}</tr></thead>
<tbody>${rows.map((cells) => `<tr>${cells.join("")}</tr>`).join("\n")}</tbody></table></div>`;
