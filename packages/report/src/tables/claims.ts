import type { Claim } from "../claims/claim";
import { escapeHtml } from "../page/format";

/** Claims with their verdicts, the paper's before ours. HTML; empty without claims. */
export function claimSection(claims: readonly Claim[]): string {
  if (claims.length === 0) return "";
  const groups = [
    { heading: "The paper's claims", by: "paper" },
    { heading: "Our claims", by: "us" },
  ] as const;
  const lists = groups.flatMap(({ heading, by }) => {
    const items = claims.filter((claim) => claim.by === by).map(item);
    return items.length === 0 ? [] : [`<h3>${heading}</h3>\n<ul class="claims">${items.join("\n")}</ul>`];
  });
  return `<section>
<h2>Claims, checked in these runs</h2>
${lists.join("\n")}
<p class="note">By the means over the seeds. Within the spread: not as claimed, but by no more than the standard deviation of the seeds. Undecided: not as claimed, and with a single run nothing is known of how much seeds differ.</p>
</section>`;
}

const item = ({ claim, verdict, evidence }: Claim): string =>
  `<li class="${verdict.replaceAll(" ", "-")}"><b>${verdict}</b><span>${escapeHtml(claim)}. <small>${escapeHtml(evidence)}</small></span></li>`;
