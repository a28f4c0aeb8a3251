// Pictures that the service draws on demand: a few at a time, when they are seen, and again when it was busy.
// @ts-check
import { html } from "../vendor/lit-html/lit-html.js";
import { Directive, PartType, directive } from "../vendor/lit-html/directive.js";

const AT_ONCE = 2;
const TRIES = 5;

/** @typedef {{image: HTMLImageElement, address: string, tries: number}} Job */

/** @type {Job[]} */
const waiting = [];
let running = 0;
/** @type {(address: string) => Promise<Response>} */
let ask = (address) => fetch(address);

/** Pictures that only the holder of a key may see. @param {typeof ask} next asks with it */
export const askWith = (next) => (ask = next);

/** @type {WeakMap<Element, Job>} */
const jobs = new WeakMap();

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const job = jobs.get(target);
    if (!isIntersecting || !job) continue;
    seen.unobserve(target);
    waiting.push(job);
    next();
  }
}, { rootMargin: "200px" });

function next() {
  while (running < AT_ONCE && waiting.length > 0) {
    const job = /** @type {Job} */ (waiting.shift());
    // It was given another picture, or is gone.
    if (jobs.get(job.image) !== job || !job.image.isConnected) continue;
    running += 1;
    void load(job).finally(() => {
      running -= 1;
      next();
    });
  }
}

/** @param {Job} job */
async function load(job) {
  const answer = await ask(job.address).catch(() => null);
  if (jobs.get(job.image) !== job) return;
  if (answer?.ok) {
    const url = URL.createObjectURL(await answer.blob());
    job.image.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
    job.image.src = url;
  } else if ((!answer || answer.status === 503 || answer.status === 429) && ++job.tries < TRIES) {
    const pause = Number(answer?.headers.get("retry-after") ?? 0) * 1000 || 400 * 2 ** job.tries;
    setTimeout(() => {
      waiting.push(job);
      next();
    }, pause);
  } else {
    job.image.classList.add("failed");
  }
}

const drawn = directive(class extends Directive {
  /** @param {any} part */
  constructor(part) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error("drawn() belongs on an element");
  }
  /** @param {any} part @param {[string]} address */
  update(part, [address]) {
    const image = /** @type {HTMLImageElement} */ (part.element);
    if (jobs.get(image)?.address !== address) {
      jobs.set(image, { image, address, tries: 0 });
      seen.observe(image);
    }
    return this.render(address);
  }
  /** @param {string} _address */
  render(_address) {
    return undefined;
  }
});

/** @param {string} address @param {{alt?: string, width?: number, height?: number}} [options] */
export const picture = (address, { alt = "", width = 256, height = 320 } = {}) => html`<img ${drawn(address)} alt=${alt} width=${width} height=${height}>`;
