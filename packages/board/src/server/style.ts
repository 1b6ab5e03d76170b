/** Style of the board, besides that of reports. */
export const boardStyle = `
header small { font-size: .9rem; font-weight: 400; color: var(--soft); overflow-wrap: anywhere; }
#notes { padding-left: 1.2rem; color: var(--bad); }
#notes:empty, #filter-fault:empty { display: none; }
#live { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 350px), 1fr)); gap: .75rem; }
#live li { padding: .6rem .75rem; background: var(--card); border-radius: .5rem; }
#live label { display: flex; gap: .5rem; align-items: baseline; font-weight: 600; }
#live progress { width: 100%; height: .5rem; margin: .4rem 0 .2rem; accent-color: var(--blue); }
#live .facts { margin: 0; font-size: .85rem; color: var(--soft); font-variant-numeric: tabular-nums; }
#live b { color: var(--ink); }
canvas { display: block; width: 100%; height: 300px; }
figure h3, #chosen-section h3 { margin: 0 0 .5rem; }
#chosen-section > div { margin-bottom: 1.5rem; }
#legend b { font-variant-numeric: tabular-nums; }
#filters { display: flex; flex-wrap: wrap; gap: 1.25rem; }
#filters figure { padding: .6rem; }
#filters img { display: block; height: 118px; max-width: 100%; image-rendering: pixelated; background: #b9bfc8; }
#filter-form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
#filter { flex: 1 1 14rem; min-width: 0; }
input, select, button { font: inherit; color: inherit; }
#filter, #filter-form select, #filter-form button { padding: .3rem .5rem; border: 1px solid var(--line); border-radius: .25rem; background: var(--card); }
#differences th[scope=row] { white-space: normal; overflow-wrap: anywhere; min-width: 7rem; max-width: 40vw; }
#recorded label { display: flex; gap: .5rem; align-items: baseline; }
table:has(#recorded) :is(th, td):nth-last-child(-n + 2) { text-align: left; }
.tools, .note button, .note a { font-size: .85rem; }
.tools button:disabled { opacity: .5; cursor: default; text-decoration: none; }
.note button { color: inherit; background: none; border: 0; padding: .2rem; text-decoration: underline; cursor: pointer; }
.note a, .tools a { color: inherit; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
`;
