// Line icons of the page, 24 by 24, in the colour of the words beside them.
// @ts-check
import { svg, html } from "../vendor/lit-html/lit-html.js";

/** @type {Record<string, ReturnType<typeof svg>>} */
const ICONS = {
  mark: svg`<circle cx="12" cy="12" r="6.5"/><path d="M12 1v22M1 12h22"/>`,
  garment: svg`<path d="M8 3 3 6l2 5 2-1v11h10V10l2 1 2-5-5-3c-1 2-7 2-8 0z"/>`,
  text: svg`<path d="M4 7V4h16v3M12 4v16M9 20h6"/>`,
  upload: svg`<path d="M12 16V4m-5 5 5-5 5 5M4 16v4h16v-4"/>`,
  art: svg`<path d="m12 3 2.6 6 6.4.6-4.8 4.3 1.4 6.400L12 17l-5.6 3.3 1.4-6.400L3 9.6 9.4 9z"/>`,
  ideas: svg`<path d="M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c0-9 16-9 16 0"/>`,
  names: svg`<path d="M5 5h14M5 12h14M5 19h14"/>`,
  undo: svg`<path d="M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3"/>`,
  redo: svg`<path d="m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3"/>`,
  settings: svg`<path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>`,
  lock: svg`<rect x="5" y="11" width="14" height="9"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  unlock: svg`<rect x="5" y="11" width="14" height="9"/><path d="M8 11V8a4 4 0 0 1 7.5-2"/>`,
  eye: svg`<path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7z"/><circle cx="12" cy="12" r="3"/>`,
  closed: svg`<path d="M3 3l18 18M10 6c6-2 11 6 11 6s-1 2-3 4M6 8c-2 2-4 4-4 4s4 7 10 7c1 0 2 0 3-.5"/>`,
  up: svg`<path d="m6 15 6-6 6 6"/>`,
  down: svg`<path d="m6 9 6 6 6-6"/>`,
  close: svg`<path d="M5 5l14 14M19 5 5 19"/>`,
  trash: svg`<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13"/>`,
  edit: svg`<path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4"/>`,
  more: svg`<path d="M5 12v.01M12 12v.01M19 12v.01" stroke-width="3"/>`,
  copy: svg`<rect x="8" y="8" width="12" height="12"/><path d="M16 8V4H4v12h4"/>`,
  grid: svg`<path d="M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16"/>`,
  rulers: svg`<path d="M4 4h16v6H10v10H4zM13 4v3M17 4v3M4 13h3M4 17h3"/>`,
  guides: svg`<path d="M8 3v18" stroke-dasharray="3 2.5"/><path d="M13 12h8M17 8v8"/>`,
  linked: svg`<path d="M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2M8 12h8"/>`,
  unlinked: svg`<path d="M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2"/>`,
  drag: svg`<path d="M9 6v.01M15 6v.01M9 12v.01M15 12v.01M9 18v.01M15 18v.01" stroke-width="2.6"/>`,
  left: svg`<path d="M4 3v18M8 7h12v4H8zM8 14h7v4H8z"/>`,
  center: svg`<path d="M12 3v4M12 11v3M12 18v3M5 7h14v4H5zM8 14h8v4H8z"/>`,
  right: svg`<path d="M20 3v18M4 7h12v4H4zM9 14h7v4H9z"/>`,
  top: svg`<path d="M3 4h18M7 8h4v12H7zM14 8h4v7h-4z"/>`,
  middle: svg`<path d="M3 12h4M11 12h3M18 12h3M7 5h4v14H7zM14 8h4v8h-4z"/>`,
  flipAcross: svg`<path d="M12 3v2M12 8v2M12 14v2M12 19v2M9 6v12H3zM15 6v12h6z"/>`,
  flipDown: svg`<path d="M3 12h2M8 12h2M14 12h2M19 12h2M6 9h12V3zM6 15h12v6z"/>`,
  bottom: svg`<path d="M3 20h18M7 4h4v12H7zM14 9h4v7h-4z"/>`,
};

/** @param {string} name */
export const icon = (name) => html`<svg class="icon icon-${name}" viewBox="0 0 24 24" aria-hidden="true">${ICONS[name] ?? ""}</svg>`;
