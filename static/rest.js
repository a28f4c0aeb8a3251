// What the page has no need of before its first picture: hands and keys, the graphics card, the panels and dialogs. It
// comes as one, right after that picture or when something of it is asked for.
// @ts-check
export { makeOwn } from "./core/asked.js";
export { watchBare } from "./core/bare.js";
export { createCopying } from "./core/copying.js";
export { tellNews } from "./core/notices.js";
export { refusedWords } from "./core/refused.js";
export { createSamples } from "./core/samples.js";
export { createTastes } from "./core/tastes.js";
export { createLive } from "./mockup/live.js";
export { artPanel } from "./panels/art.js";
export { bends } from "./panels/bends.js";
export { effects } from "./panels/effects.js";
export { fontPicker, lentLetters } from "./panels/fonts.js";
export { garmentPanel } from "./panels/garment.js";
export { guidesDialog } from "./panels/guides.js";
export { paletteDialog, settingsDialog, shortcutsDialog } from "./panels/help.js";
export { ideasPanel, starters } from "./panels/ideas.js";
export { inspector } from "./panels/inspector.js";
export { layersPanel } from "./panels/layers.js";
export { namesPanel } from "./panels/names.js";
export { orderDialog, priceEach, priceLine, watchPrice } from "./panels/order.js";
export { ownInk, popularInks } from "./panels/own-ink.js";
export { preflightPanel, watchFindings } from "./panels/preflight.js";
export { savedDialog } from "./panels/saved.js";
export { shareDialog } from "./panels/share.js";
export { moreDialog, sheetBar } from "./panels/sheet.js";
export { listenToDrops, uploadPanel } from "./panels/upload.js";
export { whyDialog } from "./panels/why.js";
export { brushed, brushMarks, watchBrush } from "./stage/brush.js";
export { cropBox, isCropping } from "./stage/crop.js";
export { createGestures } from "./stage/gestures.js";
export { listenToKeys } from "./stage/keyboard.js";
export { ownGuides, rulers } from "./stage/rulers.js";
export { gestureMarks } from "./stage/shown.js";
export { contextMenu } from "./ui/menu.js";
