/**
 * Style sheet of a report on A4 paper: light, smaller letters, no table wider than the page, nothing folded away, no figure cut in
 * two. @param variables declarations of the colors of a light page
 */
export const printStyle = (variables: string): string => `
@page { size: A4; margin: 14mm 12mm; }
@media print {
:root { color-scheme: light; ${variables} --card: #ffffff; font-size: 9.5pt; }
body { font-size: 1rem; }
main { max-width: none; padding: 0; }
h1 { font-size: 16pt; }
h1, h2, h3, summary, .headline, .legend { break-after: avoid; }
p, li { orphans: 3; widows: 3; }
figure, tr, .scroll, .claims li, .filters { break-inside: avoid; }
figure { padding: 0 0 .5rem; }
thead { display: table-header-group; }
.tools, .tip { display: none; }
.scroll { overflow: visible; }
table { font-size: 8.5pt; }
th, td { padding: .2rem .35rem; }
th { white-space: normal; }
thead th { font-size: 8pt; }
th:first-child { position: static; }
.compact { font-size: 7.5pt; }
.compact th, .compact td { padding: .1rem .2rem; }
.compact thead th { font-size: 7pt; }
th i, h3 i, li i, .good, .filters img, .filter-rows img { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
details::details-content { content-visibility: visible; display: block; height: auto; }
.large .wide { display: block; }
.large .narrow { display: none; }
.plots { grid-template-columns: 1fr 1fr; gap: 1rem; }
.panels { grid-template-columns: repeat(3, 1fr); }
.methods { grid-template-columns: 1fr 1fr; }
.filters img { width: 15mm; height: 15mm; }
.filters.kernels img { width: 8mm; height: 8mm; }
}
`;
