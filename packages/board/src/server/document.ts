import { escapeHtml } from "@weightcast/report";

/** Document of the board, which its script fills. @param folder shown in the heading */
export const document = (folder: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runs</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script>
</head>
<body>
<main>
<header>
<h1>Runs <small>${escapeHtml(folder)}</small></h1>
<p class="lead"><span id="counts">Reading the folder…</span> <span id="connection" role="status"></span></p>
<ul id="notes" class="note"></ul>
</header>
<section id="live-section">
<h2>Under way</h2>
<p id="live-none" class="note" hidden>Nothing is being trained in this folder. What a training writes here appears by itself.</p>
<ul id="live"></ul>
</section>
<section id="chosen-section" hidden>
<h2>Curves</h2>
<p class="note"><span id="chosen-text"></span> <button type="button" id="choose-none" hidden>Choose none</button> <a id="chosen-report" target="_blank" hidden>Report of the chosen runs</a></p>
<ul id="legend" class="legend"></ul>
<div class="plots">
<figure><h3 id="error-name">Error by epoch</h3><canvas id="error" role="img"></canvas></figure>
<figure><h3>Training loss by epoch</h3><canvas id="loss" role="img"></canvas></figure>
</div>
<div id="filters-section" hidden><h3>First-layer filters</h3><p class="note">Blue is negative, red positive, white zero; of color images, the colors that a filter responds to.</p><div id="filters"></div></div>
<div id="differences-section" hidden><h3>Settings that differ</h3><div class="scroll" role="region" aria-label="Settings that differ" tabindex="0"><table id="differences"></table></div></div>
</section>
<section>
<h2>In the record</h2>
<form id="filter-form"><label for="filter">Show</label> <input id="filter" type="search" placeholder="method=SE-Emp testError&lt;2%" autocomplete="off" spellcheck="false"> <span><label for="sort">by</label> <select id="sort"><option value="">the latest</option><option value="error">error</option><option value="rmse">RMSE</option><option value="proportion">share learned</option><option value="seconds">time</option></select></span> <button>Show</button></form>
<p id="filter-fault" role="alert" class="worse"></p>
<div class="scroll" role="region" aria-label="Runs in the record" tabindex="0"><table>
<thead><tr><th scope="col">Run</th><th scope="col">Error</th><th scope="col">Learned</th><th scope="col">Epochs</th><th scope="col">Seconds</th><th scope="col">Finished</th><th scope="col">Tags</th></tr></thead>
<tbody id="recorded"></tbody></table></div>
<p class="tools"><span id="range"></span> <button type="button" id="earlier">Previous</button> <button type="button" id="later">Next</button> <a id="report" target="_blank">Report of these runs</a></p>
<details id="settings-details"><summary>Compare the settings of these runs</summary><figure><h3>All settings</h3><div id="settings"></div></figure></details>
</section>
</main>
</body>
</html>
`;
