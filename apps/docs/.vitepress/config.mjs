import { defineConfig } from "vitepress";
import { packagePages } from "../scripts/pages.mjs";
import { writeServiceWorker } from "../scripts/service-worker.mjs";

const packages = packagePages().map(({ name, link }) => ({ text: name, link }));

export default defineConfig({
  title: "Weightcast",
  description:
    "Neural networks that predict most of their weights: W = U V, U from a fixed dictionary, only V learned.",
  lang: "en",
  cleanUrls: true,
  router: { prefetchLinks: false },
  markdown: { theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } },
  buildEnd: ({ outDir }) => writeServiceWorker(outDir),
  vite: {
    build: { target: "es2022", chunkSizeWarningLimit: 3000 },
  },
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/logo.svg" }]],
  themeConfig: {
    logo: "/logo.svg",
    search: { provider: "local" },
    nav: [
      { text: "Demos", link: "/demos/train", activeMatch: "/demos/" },
      { text: "Guide", link: "/guide/getting-started", activeMatch: "/guide/" },
      { text: "Packages", link: packages[0].link, activeMatch: "/packages/" },
      { text: "Command line", link: "/reference/command-line" },
    ],
    sidebar: [
      {
        text: "Try it",
        items: [
          { text: "Train it here", link: "/demos/train" },
          { text: "Predict a filter", link: "/demos/predict" },
          { text: "One model file", link: "/demos/file" },
          { text: "Dictionaries", link: "/demos/dictionaries" },
        ],
      },
      {
        text: "Guide",
        items: [
          { text: "Getting started", link: "/guide/getting-started" },
          { text: "Your own images", link: "/guide/your-images" },
          { text: "In your project", link: "/guide/in-your-project" },
          { text: "From training to predictions", link: "/guide/predictions" },
          { text: "Faster TensorFlow.js training", link: "/guide/faster-training" },
          { text: "How it works", link: "/guide/how-it-works" },
          { text: "Convolutions", link: "/guide/convolutions" },
          { text: "Deep networks", link: "/guide/deep-networks" },
          { text: "Compress your own model", link: "/guide/compress" },
          { text: "Adapters", link: "/guide/adapters" },
          { text: "Sweeps", link: "/guide/sweeps" },
          { text: "Several machines", link: "/guide/several-machines" },
          { text: "Watch a training", link: "/guide/watch-a-training" },
          { text: "Data", link: "/guide/data" },
          { text: "Export a model", link: "/guide/export" },
          { text: "What never had to be stored", link: "/guide/recognition" },
          { text: "Write a dictionary", link: "/guide/write-a-dictionary" },
          { text: "Other ways to be small", link: "/guide/comparison" },
          { text: "Questions and troubles", link: "/guide/troubleshooting" },
          { text: "Glossary", link: "/guide/glossary" },
        ],
      },
      {
        text: "Project",
        items: [
          { text: "Results", link: "/project/results" },
          { text: "Cite it", link: "/guide/citation" },
          { text: "Changelog", link: "/project/changelog" },
          { text: "Contributing", link: "/project/contributing" },
        ],
      },
      {
        text: "Reference",
        items: [
          { text: "Command line", link: "/reference/command-line" },
          { text: "What is compiled", link: "/reference/compiled" },
          { text: "Every export", link: "/reference/api" },
        ],
      },
      { text: "Packages", items: packages },
    ],
    outline: "deep",
    footer: { message: "MIT License" },
  },
});
