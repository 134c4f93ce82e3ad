import "./styles/base.css";
import "./styles/tokens.css";
import { mount } from "svelte";
import { openApi } from "./lib/api";
import { App } from "./lib/state/app.svelte";
import Window from "./views/Window.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");

mount(Window, { target, props: { app: new App(await openApi()) } });
