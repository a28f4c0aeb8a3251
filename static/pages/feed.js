// The home feed of the gallery: the last own design in other looks, then ready designs in styles that suit, are rising or are
// popular, each row saying why.
// @ts-check
import { html, nothing } from "../vendor/lit-html/lit-html.js";
import * as api from "../core/api.js";
import * as mine from "../core/mine.js";
import { t } from "../core/i18n.js";
import { picture } from "../ui/picture.js";
import { wall } from "./frame.js";

const EACH = 6;
/** Rows by the reasons that belong to them, in their order. @type {[string, string[]][]} */
const ROWS = [["feed.forYou", ["because_you", "sought"]], ["feed.rising", ["rising"]], ["feed.popular", ["popular", "pairs_well"]], ["feed.editorial", ["editorial", "legible", "explore"]]];

/** @param {() => void} draw */
export function createFeed(draw) {
  /** @type {any[]} */
  let suggestions = [];
  let isPersonal = false;
  /** @type {{title: string, looks: any[]} | null} */
  let own = null;

  /** @param {{id: string, title: string} | undefined} latest the person's own design that was changed last */
  async function load(latest) {
    const restyle = async () => {
      if (!latest) return;
      const { document } = await api.designs.open(latest.id);
      const { suggestions: looks } = await mine.suggestions({ mode: "restyle", document, n: EACH });
      own = { title: latest.title, looks };
    };
    const feed = async () => {
      const answer = await mine.suggestions({ mode: "feed", n: 24, explore: false });
      [suggestions, isPersonal] = [answer.suggestions, answer.personalised];
    };
    // Without suggestions there are still all designs.
    await Promise.allSettled([restyle().then(draw), feed().then(draw)]);
  }

  /** @param {any} one */
  const card = (one) => html`<li><a class="piece" href="/?look=${one.document.split("/").at(-1)}">${picture(`${one.preview}?width=400&fidelity=live&wall=${encodeURIComponent(wall())}`, { width: 400, height: 500 })}<b>${one.reasons.find((/** @type {any} */ reason) => reason.name)?.name ?? one.style.font ?? t("gallery.ready")}</b></a></li>`;

  /** @param {string} title @param {any[]} list @param {boolean} [isPersonal] */
  const row = (title, list, isPersonal = false) => list.length === 0 ? nothing : html`<section class="feed"><h2>${title}${isPersonal ? html` <small class="personal">${t("feed.personal")}</small>` : nothing}</h2><ul class="gallery">${list.slice(0, EACH).map(card)}</ul></section>`;

  return {
    load,
    rows() {
      const seen = new Set();
      const rows = ROWS.map(([title, reasons]) => {
        const list = suggestions.filter((one) => one.preview && !seen.has(one.id) && one.reasons.some((/** @type {any} */ reason) => reasons.includes(reason.type)));
        for (const one of list) seen.add(one.id);
        return row(t(title), list, isPersonal && title === "feed.forYou");
      });
      return html`${own ? row(t("feed.because", { title: own.title }), own.looks, isPersonal) : nothing}${rows}`;
    },
  };
}
