import { withBase } from "vitepress";
import theme from "vitepress/theme-without-fonts";
import DemoFrame from "../demos/DemoFrame.vue";
import RecordFrame from "./RecordFrame.vue";
import "./style.css";
import "./demos.css";

export default {
  extends: theme,
  enhanceApp({ app }) {
    app.component("DemoFrame", DemoFrame);
    app.component("RecordFrame", RecordFrame);
    // Pages that were visited can be read without a network, and are cross-origin isolated on hosts that send no headers.
    if (import.meta.env.PROD && !import.meta.env.SSR && "serviceWorker" in navigator)
      navigator.serviceWorker.register(withBase("/sw.js")).catch(console.warn);
  },
};
