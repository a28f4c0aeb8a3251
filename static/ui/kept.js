// What is drawn again only when what it is drawn from changes: of a hundred rows a drag changes one.
// @ts-check
import { noChange } from "../vendor/lit-html/lit-html.js";
import { Directive, directive } from "../vendor/lit-html/directive.js";

class Kept extends Directive {
  /** @type {readonly unknown[]} */
  from = [];

  /** @param {readonly unknown[]} from @param {() => unknown} draw */
  render(from, draw) {
    if (from.length === this.from.length && from.every((fact, index) => fact === this.from[index])) return noChange;
    this.from = from;
    return draw();
  }
}

/** Draws when one of the facts is another than before; what the drawing's handlers use must be among them. */
export const kept = directive(Kept);
