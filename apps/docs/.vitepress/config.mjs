import { defineConfig } from "vitepress";
import { packagePages } from "../scripts/pages.mjs";

const packages = packagePages().map(({ name, link }) => ({ text: name, link }));

export default defineConfig({
  title: "Weightcast",
  description:
    "Neural networks that predict most of their weights: W = U V, U from a fixed dictionary, only V learned.",
  lang: "en",
  cleanUrls: true,
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/logo.svg" }]],
  themeConfig: {
    logo: "/logo.svg",
    search: { provider: "local" },
    nav: [
      { text: "Guide", link: "/guide/getting-started", activeMatch: "/guide/" },
      { text: "Packages", link: packages[0].link, activeMatch: "/packages/" },
      { text: "Command line", link: "/reference/command-line" },
    ],
    sidebar: [
      {
        text: "Guide",
        items: [
          { text: "Getting started", link: "/guide/getting-started" },
          { text: "From training to predictions", link: "/guide/predictions" },
          { text: "Faster TensorFlow.js training", link: "/guide/faster-training" },
          { text: "How it works", link: "/guide/how-it-works" },
          { text: "Convolutions", link: "/guide/convolutions" },
          { text: "Compress your own model", link: "/guide/compress" },
          { text: "Adapters", link: "/guide/adapters" },
          { text: "Sweeps", link: "/guide/sweeps" },
          { text: "Data", link: "/guide/data" },
          { text: "Export a model", link: "/guide/export" },
          { text: "What never had to be stored", link: "/guide/recognition" },
          { text: "Write a dictionary", link: "/guide/write-a-dictionary" },
        ],
      },
      {
        text: "Reference",
        items: [
          { text: "Command line", link: "/reference/command-line" },
          { text: "What is compiled", link: "/reference/compiled" },
        ],
      },
      { text: "Packages", items: packages },
    ],
    outline: "deep",
    footer: { message: "MIT License" },
  },
});
