// The rows that the gallery begins with: each card says why it is shown, tells more when it is asked, and can be refused.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import { announce } from "../core/announce.js";
import { createFeed } from "../core/feed.js";
import { t } from "../core/i18n.js";
import { about, usualPart, wholeWidth } from "../core/part.js";
import { called, plainNames, reasonsOf } from "../core/reasons.js";
import { icon } from "../ui/icons.js";
import { picture } from "../ui/picture.js";
import { openWhy, whyButton } from "../ui/why.js";
import { wall } from "./frame.js";

/** A card's width at most, CSS px, and how long a notice is shown. */
const CARD_PX = 192;
const NOTICE_MS = 6000;

/** @param {() => void} draw @param {{designs: () => import("../types/api").ListedDesign[], templates: () => import("../types/api").ListedTemplate[]}} known */
export function feedRows(draw, { designs, templates }) {
  const feed = createFeed(draw, designs);
  /** @type {((host: any) => unknown) | null} */
  let dialog = null;
  let said = "";

  const say = (/** @type {string} */ text) => {
    said = text;
    announce(text);
    draw();
    setTimeout(() => said === text && ((said = ""), draw()), NOTICE_MS);
  };
  const all = () => void import("../panels/why.js").then(({ whyDialog }) => ((dialog = whyDialog), draw()));
  const host = { tastes: feed.owner, plan: draw, store: { set: () => ((dialog = null), draw()) } };

  /** The keys stay where the card is. @param {Event} event @param {() => void} act */
  function instead({ currentTarget }, act) {
    const card = /** @type {HTMLElement} */ (/** @type {Element} */ (currentTarget).closest("li"));
    const list = /** @type {Element} */ (card.parentElement);
    const place = [...list.children].indexOf(card);
    act();
    requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement | null} */ (list.children[place]?.querySelector("button, a"))?.focus({ preventScroll: true })));
  }

  /** @param {import("../core/feed.js").Row} row @param {any} one */
  function card(row, one) {
    const refusal = feed.refusal(one);
    if (refusal) return html`<li class="idea gone"><p>${t(refusal === "told" ? "said.lookGone" : "feed.gone")}</p><button class="quiet" @click=${(/** @type {Event} */ event) => instead(event, () => feed.takeBack(one))}>${t("undo")}</button></li>`;
    const ready = templates().find(({ id }) => id === one.template);
    const { style, name, differs, whole } = called(row.list, one, ready?.name);
    const sentences = reasonsOf(plainNames, one);
    const part = row.part ?? usualPart(ready?.areas ?? []);
    const forget = row.design ? { label: t("feed.forget"), run: () => void feed.forget(/** @type {string} */ (row.design)).then(() => say(t("feed.forgotten")), (error) => say(error.message)) } : undefined;
    return html`<li class="idea"><a class="piece" href="/?look=${one.document.split("/").at(-1)}">${about(part, picture(`${one.preview}?width=${wholeWidth(part, CARD_PX)}&fidelity=live&wall=${encodeURIComponent(wall())}`))}<b>${name}</b></a><span>${differs}</span>
      <small>${sentences.slice(0, 2).join(" ")}</small>
      <div class="acts">${whyButton(whole, (button) => openWhy(button, { sentences: ready ? [...sentences, t("feed.seenOn", { name, style })] : sentences, owner: feed.owner, all, say, forget }))}
        <button class="tiny" aria-label=${t("look.refuse", { name: whole })} title=${t("look.notForMe")} @click=${(/** @type {Event} */ event) => instead(event, () => feed.refuse(one))}>${icon("close")}</button></div></li>`;
  }

  return {
    load: feed.load,
    rows: () => html`${feed.rows().map((row) => html`<section class="feed" data-row=${row.id}><h2><span>${row.title}</span>${row.isPersonal ? html`<span class="personal" title=${row.about}>${icon("person")}${t("feed.personal")}</span>` : nothing}</h2><ul class="ideas">${row.list.map((one) => card(row, one))}</ul></section>`)}
      ${dialog ? dialog(host) : nothing}${said ? html`<div class="toast">${said}</div>` : nothing}`,
  };
}
