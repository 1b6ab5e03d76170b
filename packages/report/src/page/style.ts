import { colorVariables } from "../charts/colors";
import { printStyle } from "./print-style";

const light = `--ink: #1c1e21; --soft: #565d66; --line: #d9dde3; --page: #ffffff; --card: #f6f7f9; --bad: #b3261e; --well: #17713f; ${colorVariables("light")}`;
const dark = `--ink: #e7e9ec; --soft: #a9b0ba; --line: #3a3f47; --page: #16181b; --card: #1f2226; --bad: #ff8a80; --well: #6fd39b; ${colorVariables("dark")}`;

/** Style sheet of every report: for screens of any width, light or dark, and for paper. */
export const style = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
main { max-width: 1180px; margin: 0 auto; padding: 2rem clamp(.9rem, 3vw, 1.5rem); }
h1 { margin: 0 0 .25rem; font-size: 1.7rem; line-height: 1.25; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
.headline { margin: .25rem 0 .5rem; font-size: 1.15rem; }
.headline b { font-size: 1.35em; white-space: nowrap; }
.lead, figcaption, footer { color: var(--soft); }
figcaption, footer { font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem .75rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); }
thead th { color: var(--soft); font-weight: 500; font-size: .85rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
th i, h3 i, li i { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; margin-right: .5rem; }
.result { font-weight: 700; }
.tools { margin: 0 0 1.5rem; text-align: right; font-size: .8rem; }
.tools a, .tools button { font: inherit; color: var(--soft); background: none; border: 0; padding: .2rem; text-decoration: underline; cursor: pointer; }
figure .tools { margin: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 520px), 1fr)); gap: 1.5rem; margin-bottom: 2rem; }
figure { margin: 0; padding: 1rem; background: var(--card); border-radius: .5rem; }
figure svg { display: block; width: 100%; height: auto; color: inherit; overflow: visible; }
figure svg text { white-space: pre; }
.chart { container-type: inline-size; margin: .5rem 0; }
.narrow { display: none; max-width: 560px; }
@container (max-width: 500px) { .small .wide { display: none; } .small .narrow { display: block; } }
@container (max-width: 840px) { .large .wide { display: none; } .large .narrow { display: block; } }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .85rem; margin: 0 0 .75rem; padding: 0; list-style: none; }
.tip { position: absolute; z-index: 1; max-width: 18rem; padding: .25rem .5rem; border-radius: .25rem; background: var(--ink); color: var(--page); font-size: .8rem; pointer-events: none; }
.filters { display: flex; flex-wrap: wrap; gap: .5rem; }
.filters span { display: flex; flex-direction: column; gap: .25rem; }
.filters img { width: 76px; height: 76px; image-rendering: pixelated; border: 1px solid var(--line); background: #b9bfc8; }
.filters.color img { background: #ffffff; }
.filters.kernels { gap: .35rem; }
.filters.kernels img { width: 40px; height: 40px; }
h3 small, td small, .note, .claims small { color: var(--soft); }
h3 small { font-weight: 400; }
.note { font-size: .85rem; margin: 0 0 .5rem; }
section { margin-bottom: 2.5rem; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr)); gap: .75rem; }
.panels figure { padding: .6rem .75rem; }
.panels h3 { margin: 0; font-size: .9rem; }
.methods { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 350px), 1fr)); gap: 0 1.5rem; align-items: start; }
.methods section { margin: 0; }
.compact { font-size: .82rem; margin-top: 0; }
.compact th, .compact td { padding: .22rem .4rem; }
.compact thead th { font-size: .78rem; }
.compact small { font-size: .9em; }
.compact th i { width: .55rem; height: .55rem; margin-right: .3rem; }
.good { background: color-mix(in srgb, var(--well) 16%, var(--page)); }
.good small { color: inherit; }
.between { font-style: italic; }
.worse { color: var(--bad); font-weight: 600; }
.better { color: var(--well); font-weight: 600; }
.claims { list-style: none; margin: 0; padding: 0; }
.claims li { display: flex; gap: 0 1rem; align-items: baseline; padding: .4rem 0; border-bottom: 1px solid var(--line); }
.claims b { flex: 0 0 8.5rem; font-size: .85rem; }
.claims small { display: block; font-size: .85rem; }
.claims .holds b { color: var(--well); }
.claims .does-not-hold b { color: var(--bad); }
.claims .not-measured b, .claims .within-the-spread b, .claims .undecided b { color: var(--soft); }
@media (max-width: 600px) { main { padding-top: 1.25rem; } thead th { white-space: normal; } th, td { padding: .4rem; } figure { padding: .75rem; } .claims li { flex-direction: column; } .claims b { flex-basis: auto; } }
summary { cursor: pointer; color: var(--soft); font-size: .9rem; padding: .15rem 0; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: .5rem; }
${printStyle(light)}`;
