// A question before something that cannot be undone: what goes, what stays, and two answers.
// @ts-check
import { html, render } from "../vendor/lit-html/lit-html.js";
import { t } from "../core/i18n.js";

/** @param {{title: string, goes: string, stays: string, yes: string, no?: string}} question @returns {Promise<boolean>} whether it was said yes */
export function ask({ title, goes, stays, yes, no = t("ask.no") }) {
  const box = document.createElement("dialog");
  box.className = "sheet-dialog question";
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-labelledby", "question-title");
  box.setAttribute("aria-describedby", "question-goes");
  const close = (/** @type {string} */ answer) => () => box.close(answer);
  render(html`<div class="inside"><header><h2 id="question-title">${title}</h2></header>
    <div class="body"><p id="question-goes">${goes}</p><p class="hint">${stays}</p></div>
    <footer><button autofocus @click=${close("")}>${no}</button><button class="primary" @click=${close("yes")}>${yes}</button></footer></div>`, box);
  document.body.append(box);
  return new Promise((resolve) => {
    box.addEventListener("close", () => {
      box.remove();
      resolve(box.returnValue === "yes");
    });
    // Keys are its own: those of the stage wait.
    box.addEventListener("keydown", (event) => event.stopPropagation());
    box.showModal();
  });
}
