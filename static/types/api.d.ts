// What the service takes and answers, written from its own description by tests/it/types.rs. Do not edit.
/** Something worth knowing about a price. */
export type Advice = {
  /** Stable name of its kind, for programs: `merge-inks`, `fit-press`, `too-many-inks`, `shared-white`, `quantity-break`, `other-technique`, `garment-not-priced`, `nothing-printed`. */
  "code": string;
  /** What it would save, minor units; absent where it saves nothing. */
  "saves"?: number;
  /** What to do, and what it brings. */
  "text": string;
  /** What the order would cost then, minor units. */
  "total"?: number;
};
/** The same order printed in another way. */
export type Alternative = {
  /** Its name. */
  "name": string;
  /** What a piece would cost. */
  "per_piece": number;
  /** Id of the technique. */
  "technique": string;
  /** What the order would cost. */
  "total": number;
};
/** The customer's word on a proof. */
export type ApprovalDetail = {
  /** When (RFC 3339). */
  "approved_at": string;
  /** The lines, from 1, that look different now: `GET /orders/{id}/changes` has a picture of each. */
  "changed": number[];
  /** The hash that was approved. */
  "hash": string;
  /** Whether it holds: what is made now is what was approved. */
  "holds": boolean;
  /** Who approved it. */
  "name": string;
  /** The order's revision that it was. */
  "revision": number;
};
/** The customer's word that a proof is right. */
export type ApprovalRequest = {
  /** The hash on the proof, whole. */
  "hash": string;
  /** Who approves it. */
  "name": string;
};
/** The rectangle of a print area on one size. */
export type AreaSizeSummary = {
  /** From the anchor to the rectangle's centre line, to the right, mm. */
  "dx_mm": number;
  /** From the anchor to the rectangle's top edge, downwards, mm. */
  "dy_mm": number;
  /** Height, mm. */
  "height_mm": number;
  /** Width, mm. */
  "width_mm": number;
};
/** A print area of a garment. */
export type AreaSummary = {
  /** The seam from which `dx_mm` and `dy_mm` are measured. */
  "anchor": string;
  /** Id. */
  "id": string;
  /** What customers read. */
  "name": string;
  /** The part that it lies on. */
  "part": string;
  /** Keep clear of the edge by this much, mm. */
  "safe_margin_mm": number;
  /** Its rectangle by size id. */
  "sizes": Record<string, AreaSizeSummary>;
  /** Ids of the techniques that can print here. */
  "techniques": string[];
  /** The view that shows it. */
  "view": string;
};
/** A column of an orders file. */
export type BatchColumn = {
  /** What it is taken for; left out, it is kept and may be a field of the design. */
  "means"?: string;
  /** What the file calls it. */
  "name": string;
};
/** A batch of orders. */
export type BatchDetail = {
  /** When it was brought (RFC 3339). */
  "created_at": string;
  /** Why it failed. */
  "detail"?: string;
  /** Its id. */
  "id": string;
  /** What its file was called. */
  "name": string;
  /** How far it is. */
  "progress": BatchProgress;
  /** What is made of it. */
  "spec": BatchSpec;
  /** What is known of its rows. */
  "summary": BatchSummary;
  /** When its state changed last (RFC 3339). */
  "updated_at": string;
};
/** A file of a batch. */
export type BatchFile = {
  /** Their BLAKE3. */
  "blake3": string;
  /** Its bytes. */
  "bytes": number;
  /** `preview`, `artwork`, `ticket`, `gang`, or `list`: the report, the manifest and the pick list. */
  "kind": string;
  /** The line of the order; a ticket is about all of them. */
  "line"?: string;
  /** What it is. */
  "media_type": string;
  /** Id of the view or of the print area that it shows. */
  "of"?: string;
  /** Whose it is; absent if it is no order's alone. */
  "order_id"?: string;
  /** Its path in the archive. */
  "path": string;
  /** Its row, as findings count it. */
  "row"?: number;
  /** Its address, as long as the batch is not made again. */
  "url": string;
};
/** Some of the files of a batch. */
export type BatchFiles = {
  /** Orders in the order of their first lines, the ticket of each behind its lines, and last what is no order's. */
  "files": BatchFile[];
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
};
/** Some of the batches. */
export type BatchList = {
  /** The last brought first. */
  "batches": BatchDetail[];
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
};
/** Orders as JSON: a list of objects, alone or like this. Each is a row, its members are columns. */
export type BatchOrders = {
  /** The rows. */
  "orders": (Record<string, any>)[];
};
/** How far a batch is. */
export type BatchProgress = {
  /** Different pieces that were looked at, and all of them, while it runs. */
  "checked": number;
  "files": number;
  /** Files that are there, and all that are made. */
  "made": number;
  /** Files that were there when this run began to make more, and for how many milliseconds it has. */
  "made_before": number;
  "making_ms": number;
  "pieces": number;
  /** `ready`, `waiting`, `running`, `done`, `stopped` or `failed`. */
  "state": string;
};
/** What is made of a batch. */
export type BatchSpec = {
  /** Rules of preflight whose errors are accepted. */
  "accept": string[];
  /** What columns mean that are called otherwise: the file's name for each, and ours. */
  "columns": Record<string, string>;
  "dates"?: DayOrder;
  /** Dots per inch of print files. */
  "dpi": number;
  "film"?: SheetFilm;
  /** The row that names the columns; absent if it is the first one with something in it. */
  "header_row"?: number;
  /** `csv`, `json`, `jsonl` or `xlsx`. */
  "kind": string;
  /** What is made: `preview`, `artwork`, `ticket`, `gang`. */
  "make": string[];
  /** Width of previews in pixels. */
  "preview_width": number;
  /** Format of print files. */
  "print_format": PrintFormat;
  /** The sport whose rules names and numbers are held against. */
  "sport"?: string;
};
/** What is known of the rows of a batch. */
export type BatchSummary = {
  /** Its columns, in their order. */
  "columns": BatchColumn[];
  /** Which rows these are, as findings count them. */
  "first_row_numbers"?: number[];
  /** What the first rows have in them. */
  "first_rows": string[][];
  /** The first 50 of everything that is wrong with rows or worth knowing. */
  "issues": RowIssue[];
  /** How many there are in all. */
  "issues_total": number;
  /** Rows that cannot be made. */
  "refused": number;
  /** Its rows. */
  "rows": number;
};
/** A rectangle, mm. */
export type Bounds = {
  "height": number;
  "width": number;
  "x": number;
  "y": number;
};
/** A discount by quantity. */
export type Break = {
  /** From so many pieces on; each break starts above the one before. */
  "from": number;
  /** Percent off the garments and their printing; never less than the break before. */
  "percent": number;
};
/** How many rows have which status. */
export type CampaignCounts = {
  /** Cannot be used. */
  "bad_row": number;
  /** Had a mail lately, or asked for fewer. */
  "capped": number;
  /** Their mail cannot be made: those of all whose own design cannot be shown, and others of those that were compiled. */
  "failed": number;
  /** Nobody knows that they said yes. */
  "no_consent": number;
  /** No rule is for them. */
  "no_rule": number;
  /** Get a mail. */
  "ready": number;
  /** Said no. */
  "suppressed": number;
  /** Want no personal mail, and there is no other. */
  "withheld": number;
};
/** The files of a campaign, as `platen campaign` takes them. */
export type CampaignForm = {
  /** The list of who agreed to mail and who wants none any more, a .csv. */
  "consent": string;
  /** Designs that the template and the list name, and their pictures, each known by the last part of its file's name. What is not sent is looked for among the ready designs of the service. */
  "design"?: string[];
  /** How many mails are compiled, 1 to 24; left out, 8. */
  "n"?: number;
  /** The moment to compile for, such as `2027-05-12T09:00:00Z`; left out, now. */
  "now"?: string;
  /** The list of recipients, a .csv. */
  "recipients": string;
  /** What the mails say and to whom, a .toml (docs/CAMPAIGNS.md). */
  "template": string;
};
/** A line of a message's head. */
export type CampaignHeader = {
  /** Its name. */
  "name": string;
  /** As the message has it, on one line. */
  "value": string;
};
/** A mail as it would look. */
export type CampaignMail = {
  /** The message's head. */
  "headers": CampaignHeader[];
  /** The mail as HTML, with its picture in it. */
  "html": string;
  /** What could not be shown or said as the list or the template has it. */
  "notes": string[];
  /** What mail programs show beside it. */
  "preheader": string;
  /** The address. */
  "recipient": string;
  /** Line of the list on which its row starts. */
  "row": number;
  /** The subject. */
  "subject": string;
  /** The mail as text. */
  "text": string;
};
/** What a campaign would come to. */
export type CampaignPreview = {
  /** How many rows have which status. */
  "counts": CampaignCounts;
  /** Whether links to unsubscribe are signed with the service's key; without one they lead nowhere, and the mails are to be looked at only. */
  "is_signed": boolean;
  /** What is wrong with rows and what is worth knowing, with its place in the form: `/recipients/LINE/COLUMN`, `/consent/LINE/COLUMN`, `/design/FILE`. The first 200. */
  "issues": FieldProblem[];
  /** How many there are in all. */
  "issues_total": number;
  /** The first mails that can be made. */
  "mails": CampaignMail[];
  /** What the template calls it. */
  "name": string;
  /** The moment that it was compiled for (RFC 3339). */
  "now": string;
  /** Who gets what, or why not: the first 1,000 rows of the list, in its order. */
  "rows": CampaignRow[];
  /** How many rows the list has. */
  "rows_total": number;
};
/** What happens to a row. */
export type CampaignRow = {
  /** The moment before which the mail should not go out, or no other may come (RFC 3339). */
  "not_before"?: string;
  /** The code of the offer. */
  "offer"?: string;
  /** The address, as the list has it. */
  "recipient": string;
  /** Line of the list on which it starts. */
  "row": number;
  /** The rule that is theirs, or `generic`. */
  "rule"?: string;
  /** `ready`, `failed`, `bad-row`, `suppressed`, `no-consent`, `capped`, `withheld` or `no-rule`. */
  "status": string;
  /** `a` or `b` where the rule has two. */
  "variant"?: string;
  /** Why they get nothing. */
  "why"?: string;
};
/** A colour and how much of the picture it covers. */
export type ColorShare = {
  /** The colour as `#rrggbb`. */
  "color": string;
  /** Its share of what is not transparent, 0 to 1. */
  "share": number;
};
/** A colour of a garment. */
export type ColorSummary = {
  /** The dye can migrate into inks when cured. */
  "dye_migration": boolean;
  /** Contrast of light and dark fibres; absent for solid colours. */
  "heather"?: number;
  /** The main dye as `#rrggbb`. */
  "hex": string;
  /** The main dye in HLC notation. */
  "hlc": string;
  /** Id. */
  "id": string;
  /** The main dye in CIE Lab, D50, to two decimals. */
  "lab": number[];
  /** What customers read. */
  "name": string;
  /** The dye of parts that differ, as `#rrggbb`. */
  "parts"?: Record<string, string>;
  /** How far readings of the shop's swatch lie from their mean (CIEDE2000); absent unless there were several. */
  "spread"?: number;
  /** The values do not come from a measured swatch. */
  "unmeasured": boolean;
};
/** A colour of a garment. */
export type Colorway = ColorSummary & {
  /** Ids of inks in which large words cannot be read well on it: below 3 to 1 or Lc 45, on any of its fibres. They can be used all the same; suggestions do not offer them. */
  "weak_inks": string[];
};
/** What the caller can do about a suggestion beside taking it. */
export type Controls = {
  /** What to tell `POST /api/v1/events`, with an id, so that it is not shown again. */
  "dismiss": Dismissal;
  /** What `never` of the preferences keeps out of all further suggestions. */
  "less_like_this": Record<string, any>;
};
/** Points that calls cost. Reading costs nothing, and one call never more than a whole bucket. */
export type Costs = {
  /** A call that saves or draws, and the least that one costs; a preview that is kept costs no more. */
  "call": number;
  /** An `exact` preview that is drawn anew costs one more for so many megapixels, begun ones included, of the print areas that it shows at 300 dpi. */
  "exact_megapixels": number;
  /** Each megapixel, begun ones included, of a preview that is drawn anew: its width times its width. */
  "preview_megapixel": number;
  /** Each megapixel, begun ones included, of a print file: the print area at the file's resolution, also for an SVG. */
  "print_megapixel": number;
  /** Each design in a proof. */
  "proof_design": number;
  /** An upload. */
  "upload": number;
};
/** What weeding will meet. */
export type CutReport = {
  /** Names the artwork; its previews carry the same. */
  "artwork": string;
  /** Each foil. */
  "foils": FoilReport[];
  /** Whether the paths are the wrong way round. */
  "mirrored": boolean;
};
/** Which of day and month comes first, in dates that end with the year. */
export type DayOrder = "dmy" | "mdy";
/** Something that the caller did, as it is known. */
export type Deed = {
  /** When (RFC 3339). */
  "at": string;
  /** Its id. */
  "id": string;
  /** What it was about. */
  "of"?: string;
  /** Pieces of an order. */
  "quantity"?: number;
  /** With which style. */
  "recipe": Record<string, any>;
  /** The kind of customer that they said they were. */
  "segment"?: string;
  /** What was done. */
  "type": string;
};
/** Some of what the caller did. */
export type DeedList = {
  /** The last first. */
  "events": Deed[];
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
};
/** How telling something went. */
export type DeliveryDetail = {
  /** What came of the last try. */
  "answer": string;
  /** What is told: the body of what is sent, word for word. */
  "body": WebhookEvent;
  /** When it happened (RFC 3339). */
  "created_at": string;
  /** Its id: the header `webhook-id`, the same at every try. */
  "id": string;
  /** When it is tried next (RFC 3339), while it waits. */
  "next_at"?: string;
  /** `waiting`, `delivered` or `given-up`. */
  "state": string;
  /** How often it was tried. */
  "tries": number;
};
/** Some of the caller's designs. */
export type DesignList = {
  /** The last changed first. */
  "designs": ListedDesign[];
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
};
/** An event that says no. */
export type Dismissal = {
  /** The list, and the place in it. */
  "of": string;
  "recipe": Record<string, any>;
  /** `dismiss`. */
  "type": string;
};
/** A suggestion on a design. */
export type DressedLook = {
  /** What is different from the design that was sent. */
  "changed": string[];
  /** How well the main words are read on the cloth. */
  "contrast": Record<string, any>;
  /** Address of its document, for an hour. */
  "document": string;
  /** The steps from the document that was sent, or from the template's, to this one (JSON Patch, RFC 6902): one step to undo. */
  "patch": (Record<string, any>)[];
  /** Address of its picture, for an hour; `?width=` says how large. */
  "preview": string;
  /** Colour, main ink and main family. */
  "style": Record<string, any>;
};
/** Whether mails may come. */
export type Email = {
  /** Whether they may. */
  "consent"?: boolean;
  /** When they said so (RFC 3339); the service writes it. */
  "consent_at"?: string;
  /** Mails in a month at most, 0 to 8. Default: 1. */
  "per_month"?: number;
};
/** Something that happened to an order. */
export type EventDetail = {
  /** When (RFC 3339). */
  "at": string;
  /** More about it. */
  "detail": string;
  /** `placed`, `changed`, `approved` or `status`. */
  "kind": string;
};
/** Everything that is kept of a customer. */
export type Export = {
  "customer"?: ExportedCustomer;
  /** Saved designs as they are now, and as they were. */
  "designs": ExportedDesign[];
  /** Everything that was done, the last first; `impression` is what was shown. */
  "events": Deed[];
  /** When this was written (RFC 3339). */
  "exported_at": string;
  /** Ids of orders. What was ordered, with names and addresses, is at `/api/v1/orders/{id}`, proofs and print files below it. */
  "orders": string[];
  "preferences": Preferences;
  /** What personal suggestions start from, the strongest first. */
  "profile": Liking[];
  /** Uploaded pictures; their files are at `/api/v1/uploads/{id}/original`. */
  "uploads": ExportedUpload[];
};
/** A customer: whoever has the cookie, of which a hash is kept. */
export type ExportedCustomer = {
  /** When the cookie was given (RFC 3339). */
  "created_at": string;
  /** Until when what was done was forgotten (RFC 3339). */
  "forgotten_at"?: string;
};
/** A saved design. */
export type ExportedDesign = {
  "document": Record<string, any>;
  "id": string;
  /** Links that let whoever has them look at it, the latest first. */
  "links": ShareLink[];
  /** Its history, the latest first; the present one is among them. */
  "revisions": ExportedRevision[];
  "title": string;
  /** When it was last changed (RFC 3339). */
  "updated_at": string;
};
/** A saved design as it once was. */
export type ExportedRevision = {
  /** When it was saved (RFC 3339). */
  "created_at": string;
  "document": Record<string, any>;
  "revision": number;
  "title": string;
};
/** An uploaded picture. */
export type ExportedUpload = {
  /** When it was uploaded (RFC 3339). */
  "created_at": string;
  "id": string;
  /** What its file was called. */
  "name": string;
};
/** What is known of an upload. */
export type Facts = {
  /** Its main colours, the largest share first; at most twelve. */
  "colors": ColorShare[];
  /** Height in pixels, or in user units of an SVG. */
  "height_px": number;
  /** Pixels or paths. */
  "kind": PictureKind;
  /** Whether it has a few flat colours, as logos have, or many, as photographs do. */
  "look": Look;
  /** Empty space around what is drawn: left, top, right, bottom, in pixels. */
  "margins_px": number[];
  /** What its owner should know: what was done to it, and that it is empty. */
  "notes": string[];
  /** Whether some of it is transparent. */
  "transparent": boolean;
  /** Width in pixels, or in user units of an SVG (96 to the inch). */
  "width_px": number;
};
/** One thing that is wrong with a document. */
export type FieldProblem = {
  /** Stable name of the kind of problem. */
  "code": string;
  /** What to write instead, if that is known. */
  "hint"?: string;
  /** What is wrong. */
  "message": string;
  /** JSON pointer into the body; into a form, the part and then the place in its file. */
  "pointer": string;
};
/** A print file. */
export type FileDetail = {
  /** Id of the print area. */
  "area": string;
  /** How often it is printed. */
  "copies": number;
  /** Dots per inch. */
  "dpi": number;
  /** The artwork's hash; the file carries it inside. */
  "hash": string;
  /** Its name: the first line that it is for, and the print area. */
  "name": string;
  /** Its address. */
  "url": string;
};
/** The print files of an order. */
export type FileList = {
  /** Whether the customer's approval holds; only then they are given out. */
  "approved": boolean;
  /** Each artwork once, in the order of the lines. */
  "files": FileDetail[];
  /** Names what they make. */
  "hash": string;
};
/** What weeding will meet in one foil. */
export type FoilReport = {
  /** `#rrggbb`. */
  "color": string;
  /** As above. */
  "height_mm": number;
  /** Holes in them, each of which is picked out. */
  "holes": number;
  /** How far the knife goes, mm. */
  "length_mm": number;
  /** Its name. */
  "name": string;
  /** How many pieces and holes are narrower than asked, or smaller than a square of that. */
  "narrow": number;
  /** Pieces that stay. */
  "pieces": number;
  /** The first of them, the smallest first. */
  "smallest": Small[];
  /** Foil that it takes: the box around all pieces, mm. */
  "width_mm": number;
};
/** A font family. */
export type FontSummary = {
  /** `display`, `sans`, `script` and so on. */
  "category": string;
  /** What designs call it. */
  "family": string;
  /** Whether it has an italic. */
  "italic": boolean;
  /** SPDX id of its licence. */
  "license": string;
  /** ISO 15924 codes of the scripts that every face has. */
  "scripts": string[];
  /** CSS weights that it has, lightest first. */
  "weights": number[];
};
/** How much was forgotten. */
export type Forgotten = {
  /** Events. */
  "events": number;
};
/** A garment with its colours. */
export type GarmentDetail = GarmentSummary & {
  /** Its colours; `garment.colors` are their ids. */
  "colorways": Colorway[];
};
/** A garment with everything but its colours, which have a list of their own. */
export type GarmentSummary = {
  /** Where it can be printed. */
  "areas": AreaSummary[];
  /** Ids of its colours. */
  "colors": string[];
  /** Id. */
  "id": string;
  /** Id of the size that the mockup stands for. */
  "mockup_size": string;
  /** What customers read. */
  "name": string;
  /** Parts that a colour may dye apart; the first is the main part. */
  "parts": PartSummary[];
  /** One-click placements. */
  "placements": PlacementSummary[];
  /** Sizes, smallest first. */
  "sizes": SizeSummary[];
  /** Views that have a mockup, the first is the default. */
  "views": string[];
};
/** An ink of the palette. */
export type InkSummary = {
  /** Percent that the shop's press adds to its half tone, if that was measured. */
  "gain"?: number;
  /** How a screen shows it, as `#rrggbb`. */
  "hex": string;
  /** HLC notation. */
  "hlc": string;
  /** Id, written `ink:<id>` in documents. */
  "id": string;
  /** CIE Lab, D50. */
  "lab": number[];
  /** The values are what the shop measured. */
  "measured": boolean;
  /** What customers read. */
  "name": string;
  /** Percent of what lies below that it hides, if that was measured. */
  "opacity"?: number;
  /** What the shop or its supplier calls it. */
  "reference"?: string;
  /** How far readings of it lie from their mean (CIEDE2000); absent unless there were several. */
  "spread"?: number;
};
/** A key, without its secret. */
export type KeyDetail = {
  /** When it was made (RFC 3339). */
  "created_at": string;
  /** Its id; no secret. */
  "id": string;
  /** When it was last used, to within a minute (RFC 3339); absent if never. */
  "last_used_at"?: string;
  /** What it is for. */
  "name": string;
  /** When it was revoked (RFC 3339); absent while it opens something. */
  "revoked_at"?: string;
  /** What it may do: `orders:read`, `orders:write`, `shop:read`, `shop:write`, `batches`. */
  "scopes": string[];
};
/** A design in few inks. */
export type Ladder = {
  /** With one ink, with two and so on; at most four, and no more than change anything. */
  "rungs": RungReport[];
};
/** Something that was done to a layer's picture. */
export type LayerNote = {
  /** Id of the layer. */
  "layer": string;
  /** What was done. */
  "note": string;
  /** JSON pointer to it. */
  "pointer": string;
};
/** A style that a customer seems to like. */
export type Liking = {
  "recipe": Record<string, any>;
  /** How much, 0 to about 2: an order of today counts 1. */
  "weight": number;
};
/** What the service accepts and how long it works. */
export type Limits = {
  /** Batches of orders that are kept. */
  "batches": number;
  /** Bytes of all files together of a campaign that is looked at. */
  "campaign_bytes": number;
  /** Files of designs and their pictures that come with it. */
  "campaign_designs": number;
  /** Bytes of each of its two lists. */
  "campaign_list_bytes": number;
  /** Most mails that are compiled of it. */
  "campaign_mails": number;
  /** Rows of its plan that are told. */
  "campaign_rows": number;
  /** Points that calls cost. */
  "costs": Costs;
  /** Path elements that all letters and shapes of one design may be drawn with, each as often as it is drawn. */
  "design_outlines": number;
  /** Bytes of memory that all pictures of one design may take, as decoded. */
  "design_picture_bytes": number;
  /** Saved designs of one customer. */
  "designs": number;
  /** Events of one customer that are kept within 24 hours; of a shop's own customers any number. */
  "events_per_day": number;
  /** Characters of what a field is given, such as a name. */
  "field_chars": number;
  /** Fields of one design. */
  "fields": number;
  /** Bytes of a JSON body. */
  "json_bytes": number;
  /** Points that the calls with one shop key may cost in a minute. */
  "key_points_per_minute": number;
  /** Layers of a design, those in groups too. */
  "layers": number;
  /** A print file takes one more place of those that run and wait for each so many megapixels, an exact preview for each twice as many of the prints that it shows. */
  "megapixels_a_place": number;
  /** Pieces of one line of an order. */
  "order_line_pieces": number;
  /** Lines of an order. */
  "order_lines": number;
  /** Bytes of a file of orders. */
  "orders_bytes": number;
  /** Orders that one customer may place within 24 hours; a key of the shop any number. */
  "orders_per_day": number;
  /** Pixels of an uploaded picture. */
  "pixels": number;
  /** Points that one visitor may spend in a minute. */
  "points_per_minute": number;
  /** Greatest width of a preview, pixels. */
  "preview_max_width_px": number;
  /** Least width of a preview, pixels. */
  "preview_min_width_px": number;
  /** Time for a preview, from its admission, milliseconds. */
  "preview_ms": number;
  /** Time for a print file, from its admission, milliseconds. */
  "print_ms": number;
  /** Places of renders that wait, each for about the work of a live preview; what finds none is refused at once. */
  "queue": number;
  /** Pieces of one entry of a quote. */
  "quote_item_pieces": number;
  /** Entries of a quote's list of sizes. */
  "quote_items": number;
  /** Bytes of an uploaded PNG, JPEG, WebP or GIF. */
  "raster_bytes": number;
  /** Revisions of a design that are kept; older ones go. */
  "revisions": number;
  /** Bytes of all files of one answer with separations. */
  "separation_bytes": number;
  /** Bytes of an uploaded SVG. */
  "svg_bytes": number;
  /** Processor time for an SVG to be normalised, milliseconds; whole seconds count. */
  "svg_cpu_ms": number;
  /** Memory for an SVG to be normalised, MiB. */
  "svg_memory_mib": number;
  /** Characters of one text layer. */
  "text_chars": number;
  /** Time for which whoever asked may read nothing of an answer, milliseconds: then the connection ends. */
  "unread_ms": number;
  /** Memory for an upload to be normalised, MiB. */
  "upload_memory_mib": number;
  /** Time for an upload to be normalised, milliseconds. */
  "upload_ms": number;
  /** Pictures of one customer. */
  "uploads": number;
  /** Bytes of one customer's pictures together, as they were uploaded. */
  "uploads_bytes": number;
  /** Renders that run at once. */
  "workers": number;
};
/** One line of a price. */
export type Line = {
  /** What the line costs: quantity times unit. */
  "amount": number;
  /** Stable name of its kind, for programs; docs/PRICES.md lists them. */
  "code": string;
  /** What is charged. */
  "label": string;
  /** How many of it. */
  "quantity": number;
  /** Why. */
  "reason": string;
  /** What one costs, minor units. */
  "unit": number;
};
/** One line of an order. */
export type LineDetail = {
  /** What is printed, by print area. */
  "artworks": PinnedArtwork[];
  /** Id of its colour. */
  "color": string;
  /** Id of the design. */
  "design": string;
  /** Which of its revisions is made. */
  "design_revision": number;
  /** What fills the fields. */
  "fields": Record<string, string>;
  /** Id of the garment. */
  "garment": string;
  /** Counts the lines from 1; files and pictures are called by it. */
  "line": number;
  /** Pieces. */
  "quantity": number;
  /** Id of its size. */
  "size": string;
  /** Id of the technique. */
  "technique": string;
  /** What its owner called it then. */
  "title": string;
};
/** A saved design in a list. */
export type ListedDesign = {
  /** When it was first saved (RFC 3339). */
  "created_at": string;
  /** Its id. */
  "id": string;
  /** Counts its changes, from 1. */
  "revision": number;
  /** What its owner calls it. */
  "title": string;
  /** When it was last changed (RFC 3339). */
  "updated_at": string;
};
/** A drawing that every design may use. */
export type ListedGraphic = Facts & {
  /** What it is sorted under; a drawing may have none. */
  "category"?: string;
  /** What designs call it: `asset` of an image layer. */
  "id": string;
  /** What people call it. */
  "name": string;
  /** Address of it as PNG; `?width=` says how large. */
  "proxy": string;
};
/** An order in a list. */
export type ListedOrder = {
  /** When it was placed (RFC 3339). */
  "created_at": string;
  /** Names what is made. */
  "hash": string;
  /** Its id. */
  "id": string;
  /** What people call it on the telephone: the beginning of its id. */
  "number": string;
  /** Counts the changes of what is made, from 1. */
  "revision": number;
  /** Where it stands. */
  "status": string;
  "summary"?: Summary;
  /** When anything about it last changed (RFC 3339). */
  "updated_at": string;
};
/** A design to start from. */
export type ListedTemplate = {
  /** The print areas that it uses. */
  "areas": string[];
  /** What it is sorted under; a design may have none. */
  "category"?: string;
  /** The garment colour's id. */
  "color": string;
  /** Address of its document. */
  "document": string;
  /** Ids of its fields, which an order fills in. */
  "fields": string[];
  /** The garment's id. */
  "garment": string;
  /** Its id. */
  "id": string;
  /** What people call it. */
  "name": string;
  /** Addresses of its pictures, one for each view that shows a print. */
  "previews": string[];
  /** The technique's id. */
  "technique": string;
};
/** How a picture looks. */
export type Look = "flat" | "photo";
/** How near the plates together come to the artwork: differences (CIEDE2000) of samples from all over it, on the cloth, if every ink hides what is below it. */
export type Match = {
  /** Their mean. */
  "mean": number;
  /** What 95 of 100 stay below. */
  "p95": number;
  /** The largest. */
  "worst": number;
};
/** A colour of the artwork and its ink. */
export type Mixed = {
  /** The colour, `#rrggbb`. */
  "color": string;
  /** How far the ink is from it (CIEDE2000). */
  "distance": number;
  /** Name of the ink; absent where the cloth shows. */
  "ink"?: string;
  /** Its percentage of what is printed. */
  "percent": number;
};
/** A new address. */
export type NewWebhook = {
  /** Where to send what happens: https, outside the network. */
  "url": string;
};
/** Which notices the pages show. */
export type Notices = {
  /** A design that was left for two days. */
  "draft"?: boolean;
  /** An order's new status. */
  "order"?: boolean;
  /** A look that is read better than the present one. */
  "suggestion"?: boolean;
};
/** An order. */
export type OrderDetail = {
  "approval"?: ApprovalDetail;
  /** What the order costs as a whole: the least that an order costs, and rush; as the lines of a quote. */
  "charges": (Record<string, any>)[];
  /** When it was placed (RFC 3339). */
  "created_at": string;
  /** Code of the currency (ISO 4217). */
  "currency": string;
  /** Digits of the minor unit: with 2, an amount of 250 is 2.50. */
  "digits": number;
  /** The address of the list of print files. */
  "files": string;
  /** Names everything that decides what is made; the proof shows it, an approval seals it. */
  "hash": string;
  /** What happened to it, the oldest first. */
  "history": EventDetail[];
  /** Its id. */
  "id": string;
  /** What is made. */
  "lines": LineDetail[];
  /** What people call it on the telephone: the beginning of its id. */
  "number": string;
  "order": Order;
  /** The proof's address. */
  "proof": string;
  /** The price of each design in each colour, as `POST /quotes` tells it. Breaks go by the pieces of the whole order, and screens that several colours are printed with are made once. */
  "quotes": Quote[];
  /** Counts the changes of what is made, from 1. */
  "revision": number;
  /** Where it stands. */
  "status": string;
  /** The sum of the quotes and charges, in the minor unit of the currency. */
  "total": number;
  /** When anything about it last changed (RFC 3339). */
  "updated_at": string;
};
/** Some orders. */
export type OrderList = {
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
  /** The latest first. */
  "orders": ListedOrder[];
};
/** A text layer, set. Millimetres, y down, around the layer's own centre: before it is moved, turned or flipped. */
export type Outline = {
  /** Where carets may stand, line by line. */
  "carets": OutlineCaret[];
  /** What carets step over, line by line. */
  "clusters": OutlineCluster[];
  /** Em size after fitting. */
  "em_mm": number;
  /** The layout box. */
  "frame": Bounds;
  /** Id of the layer. */
  "id": string;
  /** Bounds of what is inked. */
  "ink": Bounds;
  /** The lines from the top. */
  "lines": OutlineLine[];
  /** Characters that no font has; they are not printed. */
  "missing": string[];
  /** JSON pointer to it. */
  "pointer": string;
  /** SVG elements to draw: shadow, body, rings, letters, colour emoji. The ids in it begin with the layer's. */
  "svg": string;
  /** Its words with the fields filled in. */
  "words": string;
};
/** A place where a caret may stand. */
export type OutlineCaret = {
  /** Its lower end. */
  "bottom": number[];
  /** Byte of the words before which it stands (UTF-8). */
  "position": number;
  /** Its upper end. */
  "top": number[];
};
/** What a caret steps over. */
export type OutlineCluster = {
  /** Corners of its box from the top left, clockwise: x and y of each. */
  "quad": number[][];
  /** Bytes of the words (UTF-8). */
  "range": number[];
  /** Whether it runs from right to left. */
  "rtl": boolean;
};
/** One line of a text. */
export type OutlineLine = {
  /** Its part of `carets`. */
  "carets": number[];
  /** Its part of `clusters`. */
  "clusters": number[];
  /** First and last byte of its words, the last one not included (UTF-8). */
  "range": number[];
  /** Whether it runs from right to left. */
  "rtl": boolean;
};
/** What decides suggestions, in plain words. */
export type Parameters = {
  /** What the caller can change, and where. */
  "controls": string[];
  /** What decides, the weightiest first. */
  "decides": string[];
  /** When the figures behind it were last brought up to date (RFC 3339). */
  "made_at": string;
  /** What never does. */
  "never": string[];
  /** Whether the caller's suggestions may be personal at the moment. */
  "personalization": boolean;
};
/** A part of a garment. */
export type PartSummary = {
  /** Id. */
  "id": string;
  /** What customers read. */
  "name": string;
};
/** Pixels or paths. */
export type PictureKind = "raster" | "svg";
/** The artwork of one print area. */
export type PinnedArtwork = {
  /** Id of the print area. */
  "area": string;
  /** Names its inputs, 64 hexadecimal digits: previews and print files carry the same. */
  "hash": string;
};
/** A one-click placement. */
export type PlacementSummary = {
  /** Id of the print area. */
  "area": string;
  /** Usual height of the artwork, mm. */
  "height_mm": number;
  /** Id. */
  "id": string;
  /** What customers read. */
  "name": string;
  /** Usual width of the artwork, mm. */
  "width_mm": number;
  /** Centre of the artwork's top edge from the area's left edge, mm, on the mockup's size. */
  "x_mm": number;
  /** Top edge of the artwork from the area's top edge, mm. */
  "y_mm": number;
};
/** A plate. */
export type PlannedPlate = {
  /** Square centimetres that it covers. */
  "cm2": number;
  /** How the ink looks, `#rrggbb`. */
  "color": string;
  /** Percent of the print area that it covers. */
  "coverage_percent": number;
  /** What its files begin with. */
  "file": string;
  /** Whether it is dried before what comes next. */
  "flash": boolean;
  /** Whether it has tones that are printed as dots. */
  "halftone": boolean;
  /** The ink's code in the open HLC notation. */
  "hlc": string;
  /** Id of the ink in the palette; absent if it is mixed. */
  "ink"?: string;
  /** The ink in CIE Lab, D50. */
  "lab": number[];
  /** Lines of dots to the inch; absent without dots. */
  "lpi"?: number;
  /** Threads of its screen to the inch. */
  "mesh": number;
  /** Millilitres of ink for all pieces. */
  "ml": number;
  /** Millilitres of ink for one piece. */
  "ml_per_piece": number;
  /** What printers call it. */
  "name": string;
  /** Its place in the order of printing, from 1. */
  "order": number;
  /** How often it is printed on a piece. */
  "prints": number;
  /** What the shop or its supplier calls the ink. */
  "reference"?: string;
};
/** What a customer prefers. */
export type Preferences = {
  /** The studio's own settings, as it writes them: at most 16 KB of JSON. */
  "editor"?: Record<string, any>;
  /** Whether mails may come; none without. */
  "email"?: Email;
  /** What kind of customer they say to be: `company`, `private`, `school` or `team`; suggestions then begin with what such customers like. */
  "kind"?: string;
  /** Values that suggestions never have, by attribute; at most 100 each. */
  "never"?: Record<string, string[]>;
  /** Which notices the pages show. */
  "notices"?: Notices;
  /** Whether suggestions may be personal. Off: the list that a stranger gets, and nothing that is done is kept. */
  "personalization"?: boolean;
  /** Values that pickers show first, by attribute; at most 100 each. */
  "pinned"?: Record<string, string[]>;
  /** What personal suggestions may be made from. */
  "uses"?: Uses;
};
/** How a job is printed. */
export type PressPlan = {
  /** Id of the print area. */
  "area": string;
  /** The hash of the artwork, as previews and print files of it carry it. */
  "artwork": string;
  /** How the cloth looks, `#rrggbb`. */
  "cloth": string;
  /** Id of its colour. */
  "color": string;
  /** Resolution of the plates, dots per inch. */
  "dpi": number;
  /** Dryings between prints, a piece. */
  "flashes": number;
  /** Id of the garment. */
  "garment": string;
  /** Heads of the press. */
  "heads": number;
  /** Height of the print area in mm. */
  "height_mm": number;
  /** Millilitres of ink for all pieces, without what stays in screens and buckets. */
  "ink_ml": number;
  "matches"?: Match;
  /** How the artwork was taken apart: `spot`, `process`, `index` or `cmyk`. */
  "method": string;
  /** What each colour of the artwork is printed with; empty where all inks make all colours. */
  "mixed": Mixed[];
  /** What the printer should know. */
  "notes": string[];
  /** Pieces that ink and price are given for. */
  "pieces": number;
  /** The plates in the order in which they are printed. */
  "plates": PlannedPlate[];
  "price"?: Quote;
  /** Screens that are made. */
  "screens": number;
  /** Version of this format: 1. */
  "version": number;
  /** Width of the print area in mm. */
  "width_mm": number;
};
/** Format of a print file. */
export type PrintFormat = "png" | "svg" | "tiff" | "pdf";
/** The artwork of one print area. */
export type PrintedArtwork = {
  /** Id of the print area. */
  "area": string;
  /** Names its inputs, 64 hexadecimal digits: previews and print files carry the same. */
  "hash": string;
};
/** The body of every error (RFC 9457). */
export type ProblemDetails = {
  /** Stable name of the problem, for programs. */
  "code": string;
  /** What is wrong, for people. */
  "detail": string;
  /** Everything that is wrong with the document, each with its place. */
  "errors"?: FieldProblem[];
  /** The HTTP status. */
  "status": number;
  /** The kind of problem in a few words. */
  "title": string;
  /** Identifies the kind of problem; the same as `code`, as a URI. */
  "type": string;
};
/** A price. */
export type Quote = {
  /** What would cost less, and what to know. */
  "advice": Advice[];
  /** The same order printed in other ways. */
  "alternatives": Alternative[];
  /** Id of its colour. */
  "color": string;
  /** Code of the currency (ISO 4217); every amount is in its minor unit. */
  "currency": string;
  /** Digits of the minor unit: with 2, an amount of 250 is 2.50. */
  "digits": number;
  /** Id of the garment. */
  "garment": string;
  /** What it costs; the total is their sum. */
  "lines": Line[];
  /** What the artwork asks for, by location. */
  "locations": QuotedLocation[];
  /** The total divided by the pieces, rounded. */
  "per_piece": number;
  /** Pieces in all. */
  "pieces": number;
  /** Working days until it is ready, after its approval: those of the rush, else the shop's usual ones; absent if the shop does not say. */
  "ready_in_days"?: number;
  /** Id of the technique. */
  "technique": string;
  /** The sum of the lines, without tax. */
  "total": number;
};
/** So many pieces of one size. */
export type QuoteItem = {
  /** Pieces. */
  "quantity": number;
  /** Id of the size. */
  "size": string;
};
/** What is to be priced: a design, or the id of a saved one, and how many of which sizes. */
export type QuoteRequest = {
  /** Id of a garment colour other than the design's. */
  "color"?: string;
  "design"?: Design;
  /** Id of one of the caller's saved designs; or else `design`. */
  "design_id"?: string;
  /** Values of the design's fields; left out, their samples. */
  "fields"?: Record<string, string>;
  /** Quantities by size. */
  "items": QuoteItem[];
  /** Whether the same was printed before, so that films and files exist; left out, no. */
  "repeat"?: boolean;
  /** Id of a rush of the shop; left out, the usual time. */
  "rush"?: string;
  /** Id of a technique other than the design's. */
  "technique"?: string;
};
/** An ink of the artwork. */
export type QuotedInk = {
  /** How it looks, `#rrggbb`. */
  "color": string;
  /** How far that one is (CIEDE2000), to a tenth: up to 2 is a match, above 5 it is mixed. */
  "distance"?: number;
  /** Whether it is also printed as dots. */
  "halftone": boolean;
  /** Id of the nearest ink on the shelf. */
  "ink"?: string;
  /** Its percentage of what is printed, to a tenth. */
  "percent": number;
};
/** What the artwork of one location asks for. */
export type QuotedLocation = {
  /** Id of the print area. */
  "area": string;
  /** Square centimetres of the rectangle around the print, rounded up. */
  "box_cm2": number;
  /** Whether there are more inks than are listed. */
  "full_color": boolean;
  /** Square centimetres that ink covers, rounded up. */
  "inked_cm2": number;
  /** The inks of the artwork, the largest first; 24 at most. */
  "inks": QuotedInk[];
  /** What customers call it. */
  "name": string;
  /** Colors that are left open because the cloth shows through in them, `#rrggbb`. */
  "open": string[];
  /** Screens that it is printed with, those too that another colour of the order pays for; 0 where printing needs none. */
  "screens": number;
  /** Whether white lies under the colors. */
  "underbase": boolean;
  /** How it is printed: `spot` (one screen an ink), `process` (halftones of process inks), `area` (not by inks) or `nothing`. */
  "way": string;
};
/** What was deleted. */
export type Receipt = {
  /** Saved designs, with their history and their links. */
  "designs": number;
  /** Events. */
  "events": number;
  /** Orders that stay, since the shop must keep what it sold, with the designs that they were placed with. */
  "orders_kept": number;
  /** Pictures. */
  "uploads": number;
};
/** An event that cannot be taken. */
export type RejectedEvent = {
  /** Its place in the list, from 0. */
  "index": number;
  /** What is wrong with it. */
  "why": string;
};
/** What is known of a design before it is printed. */
export type Report = {
  /** What is printed, by print area. */
  "artworks": PrintedArtwork[];
  /** Id of its colour. */
  "color": string;
  /** What would go wrong, in the document's order; what was measured on the raster comes last. */
  "findings": (Record<string, any>)[];
  /** Id of the garment. */
  "garment": string;
  /** What was done to pictures that their owner should know. */
  "notes": LayerNote[];
  /** Pictures of their places, if they were asked for: at most 24. */
  "pictures"?: SpotPicture[];
  /** Id of its size. */
  "size": string;
  /** Id of the technique. */
  "technique": string;
};
/** An ink of a rung. */
export type ReportedInk = {
  /** How it looks, `#rrggbb`. */
  "color": string;
  /** What printers call it. */
  "name": string;
};
/** A change of a design. */
export type Revision = {
  /** When it was saved (RFC 3339). */
  "created_at": string;
  /** Counts the design's changes, from 1. */
  "revision": number;
  /** What the design was called. */
  "title": string;
};
/** A design as it once was. */
export type RevisionDetail = Revision & {
  /** The document. */
  "document": Record<string, any>;
};
/** Some of a design's changes. */
export type RevisionList = {
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
  /** The latest first; the present one is among them. */
  "revisions": Revision[];
};
/** Something that is wrong with a row, or worth knowing of it. */
export type RowIssue = {
  /** Name of the column; none if it is about the whole row. */
  "column"?: string;
  /** What to do. */
  "hint"?: string;
  /** Whether the row is made all the same. */
  "is_note": boolean;
  /** What is wrong. */
  "message": string;
  /** The order of the row, as far as it says one. */
  "order_id"?: string;
  /** The row as spreadsheets count it, that of the names too; the line of JSON Lines; the number of an entry of a JSON list. */
  "row": number;
  /** Where it goes, or whose it is, as far as the row says that. */
  "ship_to"?: string;
};
/** A rung for programs. */
export type RungReport = {
  /** Code of the currency (ISO 4217). */
  "currency"?: string;
  /** Digits of its minor unit: with 2, an amount of 250 is 2.50. */
  "digits"?: number;
  /** Dryings between prints, a piece. */
  "flashes": number;
  /** Its inks. */
  "inks": ReportedInk[];
  "matches"?: Match;
  /** Colours of the design that stay open, `#rrggbb`: the cloth shows. */
  "open": string[];
  /** What a piece costs, in the minor unit of `currency`; absent if there is no price. */
  "per_piece"?: number;
  /** Pieces that are priced. */
  "pieces": number;
  /** Screens that are made, that of white under the colours too. */
  "screens": number;
  /** What to ask of `/separations` for its plates, and with `answer=proof` for its picture. */
  "separation": string;
  /** What all pieces cost. */
  "total"?: number;
};
/** A way to have it sooner. */
export type Rush = {
  /** Working days until it is ready. */
  "days": number;
  /** Its id. */
  "id": string;
  /** What customers read. */
  "name": string;
  /** Percent on top of everything. */
  "percent": number;
};
/** A saved design. */
export type SavedDesign = {
  /** When it was first saved (RFC 3339). */
  "created_at": string;
  /** The document. */
  "document": Record<string, any>;
  /** Its id. */
  "id": string;
  /** Counts its changes, from 1. */
  "revision": number;
  /** What its owner calls it. */
  "title": string;
  /** When it was last changed (RFC 3339). */
  "updated_at": string;
};
/** A link that lets whoever has it look at a design. */
export type ShareLink = {
  /** When it was made (RFC 3339). */
  "created_at": string;
  /** Address of the page that shows it to people. */
  "page": string;
  /** The secret of the link. */
  "token": string;
  /** The design's address for whoever has the link. */
  "url": string;
};
/** Some of a design's links. */
export type ShareList = {
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
  /** The last made first. */
  "shares": ShareLink[];
};
/** The film that a batch's gang sheets are laid on. */
export type SheetFilm = {
  /** The files of each sheet. */
  "formats": SheetFormat[];
  /** Its longest sheet, mm; what does not fit goes on the next one. */
  "length_mm": number;
  /** Whether pieces are nested by their true shapes where less film is billed then. */
  "nest": boolean;
  /** Its width, mm. */
  "width_mm": number;
};
/** Format of a gang sheet. */
export type SheetFormat = "png" | "tiff" | "pdf";
/** What is known of the shop. */
export type ShopDetail = {
  /** Discounts by quantity. */
  "breaks": Break[];
  /** How customers reach it. */
  "contact"?: string;
  /** Code of its currency (ISO 4217); amounts are in its minor unit. */
  "currency": string;
  /** Digits of the minor unit: with 2, an amount of 250 is 2.50. */
  "digits": number;
  /** The least that an order costs. */
  "minimum_order": number;
  /** Its name. */
  "name": string;
  "profile"?: ShopProfile;
  /** Counts the changes of its profile; 0 while it is the one of the assets. */
  "revision": number;
  /** Ways to have it sooner. */
  "rush": Rush[];
  /** Ids of the techniques that it offers. */
  "techniques": string[];
  /** Working days until an order is usually ready, after its approval. */
  "usual_days"?: number;
};
/** A shop's profile. */
export type ShopProfile = {
  /** The version of this format: 1. */
  "version": number;
  /** Who the shop is. */
  "brand": ShopProfileBrand;
  /** The currency of every amount. */
  "currency": ShopProfileCurrency;
  /** Ids of the inks that stand on the shelf; others are mixed. Default: the whole palette. */
  "inks"?: string[];
  /** The presses for screen printing. A quote is made for the one with the most heads. */
  "presses": ShopProfilePress[];
  /** Garments whose main colour is darker than this CIE lightness, 0 to 100, get white under colours. */
  "dark_below": number;
  /** What a blank costs, by garment id. A garment that is missing is brought by the customer. */
  "garments"?: Record<string, ShopProfileBlank>;
  /** What printing costs, by technique id. A technique that is missing is not offered. */
  "techniques": Record<string, ShopProfilePrices>;
  /** Discounts by quantity, the least quantity first. Default: none. */
  "breaks"?: ShopProfileBreak[];
  /** Working days until an order is usually ready, after its approval. Default: the shop does not say. */
  "usual_days"?: number;
  /** Ways to have it sooner. Default: none. */
  "rush"?: ShopProfileRush[];
  /** The least that an order costs. Default: 0. */
  "minimum_order"?: number;
  /** What the shop measured of its inks and garments; it goes before the catalogue's colors. Default: nothing. */
  "measured"?: ShopProfileSwatches;
};
/** A size of a garment. */
export type SizeSummary = {
  /** Width across the chest, mm. */
  "chest_mm": number;
  /** Id. */
  "id": string;
  /** From the highest point of the shoulder to the hem, mm. */
  "length_mm": number;
  /** Surcharge in hundredths of the shop's currency. */
  "surcharge_cents": number;
};
/** A piece that lifts off with its surroundings, or a hole that is hard to pick out. */
export type Small = {
  /** Its width, mm: the short side of a rectangle of its area and edge. */
  "across": number;
  /** As above. */
  "height": number;
  /** `piece` or `hole`. */
  "kind": string;
  /** Size of its box, mm. */
  "width": number;
  /** Its place, mm from the print area's top left. */
  "x": number;
  /** As above. */
  "y": number;
};
/** A picture of the place of a finding: the artwork at 300 dpi on its cloth, the place framed. */
export type SpotPicture = {
  /** The finding's number in `findings`, from 0. */
  "finding": number;
  /** A PNG, as a `data:` address or as the name of a file. */
  "picture": string;
};
/** Where an order stands. */
export type Status = "received" | "approved" | "in-production" | "shipped" | "cancelled";
/** Where an order goes. */
export type StatusRequest = {
  /** Why, for the history; at most 200 characters. */
  "note"?: string;
  /** `in-production`, `shipped` or `cancelled`. */
  "status": Status;
};
/** One suggestion. */
export type Suggested = DressedLook & {
  "controls": Controls;
  /** Names it in events: the list and the place in it. */
  "id": string;
  /** Why it is shown, the strongest first. */
  "reasons": (Record<string, any>)[];
  /** Its style; values of the catalogue. */
  "recipe": Record<string, any>;
  /** The ready design that it is seen on: its id among the templates. */
  "template"?: string;
};
/** What is wanted. */
export type SuggestionRequest = {
  /** Shop keys only: the shop's name for the customer whose taste counts, as events told it. */
  "customer"?: string;
  /** The design to restyle. */
  "document"?: Record<string, any>;
  /** Whether the last place may show what few have chosen yet. Default: true. */
  "explore"?: boolean;
  /** "More like this": a style of an answer, which the suggestions should be like; itself is not among them. */
  "like"?: Record<string, any>;
  /** What stays as it is: `garment`, `garment_color`, `text_color`, `font`. Locked layers always do. */
  "lock"?: string[];
  "mode"?: "restyle" | "feed" | "complete" & Record<string, any>;
  /** How many, 1 to 24. Default: 8. */
  "n"?: number;
  /** Shop keys only: as of when, a day or a time with its offset (RFC 3339); only what was told of the time before counts. The same log, moment, design and seed give the same answer at any time. It takes seconds: the log is read anew. */
  "now"?: string;
  /** Values that every style must have. */
  "partial"?: Record<string, any>;
  /** Styles of answers that the caller took up in this visit, the last first; at most 24. They count as if they had been told, and are kept nowhere: for visitors of whom nothing is kept yet. */
  "recent"?: (Record<string, any>)[];
  /** Which handful: 0 is the best, 1 the next. The same log, design and seed give the same answer. Default: 0. */
  "seed"?: number;
  /** The kind of customer: `company`, `private`, `school` or `team`, with a shop key also one that the shop told of enough customers; left out, that of the preferences. */
  "segment"?: string;
};
/** Suggestions, best first. */
export type Suggestions = {
  /** Names this list, for events about it. */
  "list": string;
  /** Where it is told in plain words what decides the list. */
  "parameters_url": string;
  /** Whether what the caller did had a part in it. */
  "personalised": boolean;
  /** How well the main words of the document that was sent are read on its cloth. */
  "present"?: Record<string, any>;
  "suggestions": Suggested[];
};
/** What a list of orders shows of each. */
export type Summary = {
  /** Code of the currency (ISO 4217). */
  "currency": string;
  /** Digits of the minor unit. */
  "digits": number;
  /** The day by which it is needed, `2026-12-24`. */
  "due"?: string;
  /** Who ordered. */
  "name": string;
  /** Pieces in all. */
  "pieces": number;
  /** What the designs are called, each once. */
  "titles": string[];
  /** What it costs, in the minor unit of `currency`. */
  "total": number;
};
/** What became of events. */
export type TakenEvents = {
  /** How many were new. */
  "accepted": number;
  /** How many were known. */
  "duplicates": number;
  /** Those that cannot be taken. */
  "rejected": RejectedEvent[];
};
/** A way of printing, with what it cannot do. */
export type TechniqueSummary = {
  /** What it is good for. */
  "about": string;
  /** Id. */
  "id": string;
  /** Most inks, if the technique counts them. */
  "max_inks"?: number;
  /** Below this resolution a picture is not fit to print. */
  "min_dpi": number;
  /** Narrowest gap, mm. */
  "min_gap_mm": number;
  /** Thinnest positive line, mm. */
  "min_line_mm": number;
  /** Smallest em size of text, mm. */
  "min_text_mm": number;
  /** What customers read. */
  "name": string;
  /** Whether half-transparent pixels print. */
  "soft_edges": boolean;
  /** Whether colours on dark cloth lie on white. */
  "underbase": boolean;
  /** Below this resolution a picture prints soft. */
  "warn_dpi": number;
};
/** Something that a customer did. */
export type ToldEvent = {
  /** When, milliseconds since 1970; left out, now. Of a page at most twelve hours ago. */
  "at"?: number;
  /** Shop keys only: the shop's name for the customer. Without a person's name or address it is as useful. */
  "customer"?: string;
  /** Instead of `recipe`: id of a saved design of the customer. */
  "design"?: string;
  /** Names it for ever: told again, it changes nothing. 1 to 64 characters. */
  "id": string;
  /** What it is about: the suggestion list and the place in it, `LIST/3`; of a return, the id of the order's event. */
  "of"?: string;
  /** Shop keys only: pieces of an order. */
  "quantity"?: number;
  /** Instead of `recipe`, of a search: what was looked for. Known values are taken from it; the words are not kept. */
  "query"?: string;
  /** The style it was done with: values of the catalogue only. A save of a page names its `design` instead. */
  "recipe"?: Record<string, any>;
  /** Shop keys only: the kind of customer, such as `team`. */
  "segment"?: string;
  /** What was done. Pages tell `view`, `save`, `apply`, `dismiss`, `search` and `impression`; the rest the service sees itself, or the shop tells it. */
  "type": string;
};
/** Events. */
export type ToldEvents = {
  /** At most 100 from a page, 20,000 with a shop key. Each is a `ToldEvent`, and is taken or refused by itself. */
  "events": unknown[];
};
/** A popular value. */
export type Trend = {
  /** At least so many customers chose it: 10, 50, 100 or 500; absent if it is an editor's choice. */
  "customers"?: number;
  /** The value. */
  "value": string;
};
/** Popular values. */
export type Trends = {
  /** Best first. */
  "values": Trend[];
};
/** A picture that designs can use. */
export type Upload = Facts & {
  /** When the caller first brought it (RFC 3339); absent for the shop's own graphics. */
  "created_at"?: string;
  /** What designs call it: `asset` of an image layer. */
  "id": string;
  /** The file's name as it came. */
  "name": string;
};
/** A file to upload. */
export type UploadForm = {
  /** A PNG, JPEG, WebP, GIF or SVG. */
  "file": string;
};
/** Some of the caller's pictures. */
export type UploadList = {
  /** Give this as `after` to get the next ones; absent after the last. */
  "next"?: string;
  /** The last brought first. */
  "uploads": Upload[];
};
/** What personal suggestions may be made from; all of it, if a customer never said. */
export type Uses = {
  /** What was ordered. */
  "orders"?: boolean;
  /** What was saved or shared. */
  "saves"?: boolean;
  /** What was looked for. */
  "searches"?: boolean;
  /** What was looked at, and tried on from suggestions. */
  "views"?: boolean;
};
/** An address that is told. */
export type WebhookDetail = {
  /** When it was added (RFC 3339). */
  "created_at": string;
  /** Its id. */
  "id": string;
  /** Signs what is sent; told once, in the answer to `POST`. */
  "secret"?: string;
  /** Where what happens is sent. */
  "url": string;
};
/** Something that happened to an order: the body of what is sent to an address. */
export type WebhookEvent = {
  /** The order as it is then. */
  "data": WebhookEventData;
  /** When, milliseconds since 1970 (UTC). */
  "time_ms": number;
  /** What happened: `order.placed`, `order.changed`, `order.approved` or `order.status`. */
  "type": string;
};
/** The order that something happened to. */
export type WebhookEventData = {
  /** What was said with it, such as the name of whoever approved it; empty if nothing was. */
  "detail": string;
  /** Names everything that decides what is made. */
  "hash": string;
  /** Its id. */
  "order": string;
  /** Counts its changes. */
  "revision": number;
  /** Counts the order's events from 1: whoever is told a lower number later than a higher one may pass it over. */
  "sequence": number;
  /** Where it stands now. */
  "status": Status;
};
/** A design document. */
export type Design = {
  /** The version of this format: 1. */
  "version": number;
  /** What the customer calls it. */
  "name"?: string;
  /** Id of the garment in the catalogue. */
  "garment": string;
  /** Id of the garment's colour. */
  "color": string;
  /** Id of the technique it is meant for. */
  "technique": string;
  /** Blanks that each order line fills in, written `{{id}}` in texts. Default: none. */
  "fields"?: DesignField[];
  /** What is printed, one entry a print area. */
  "placements": DesignPlacement[];
};
/** A blank to fill per order line, such as a player's name. */
export type DesignField = {
  /** What texts call it: `name` for `{{name}}`. Letters, digits, `_` and `-`. */
  "id": string;
  /** What a form shows. */
  "label"?: string;
  /** What previews show until a line fills it. */
  "sample": string;
  /** The most characters that a line may give. Default: 200. */
  "max_length"?: number;
};
/** The layers of one print area, from the bottom up. */
export type DesignPlacement = {
  /** Id of the print area, such as `front`; each area at most once. */
  "area": string;
  /** Layers from the bottom up; at most 500 in a design, those in groups included. */
  "layers": DesignLayer[];
  /** What is done to the finished artwork before it is printed. Default: nothing. */
  "production"?: DesignProduction;
};
/** One thing on a print area. */
export type DesignLayer = (DesignText & {
  "type": "text";
} | DesignImage & {
  "type": "image";
} | DesignShape & {
  "type": "shape";
} | DesignGroup & {
  "type": "group";
}) & {
  /** Unique in the document. Letters, digits, `_` and `-`. */
  "id": string;
  /** What the customer calls it. */
  "name"?: string;
  /** Centre of the layer's box from the left edge, mm: -2000 to 2000. For polygons and stars: of their circle. */
  "x": number;
  /** Centre of the layer's box from the top edge, mm: -2000 to 2000. For polygons and stars: of their circle. */
  "y": number;
  /** Degrees clockwise about the centre: -360 to 360. Default: 0. */
  "rotation"?: number;
  /** 0 (invisible) to 1. Default: 1. */
  "opacity"?: number;
  /** Mirroring about the centre, before the rotation. Default: none. */
  "flip"?: DesignFlip;
  /** Not printed at all. Default: false. */
  "hidden"?: boolean;
  /** Protected from editing and from suggestions. Default: false. */
  "locked"?: boolean;
};
/** How a layer is mirrored. */
export type DesignFlip = ("none" | "horizontal" | "vertical" | "both");
/** The two ways to write a font, for the schema. */
export type DesignFontForm = (string | DesignFont);
/** A face of the font library. Documents may also write the family alone: `"font": "Anton"`. */
export type DesignFont = {
  /** Family name. */
  "family": string;
  /** CSS weight, 100 to 900; the nearest face is taken. Default: 400. */
  "weight"?: number;
  /** The italic face. Default: false. */
  "italic"?: boolean;
};
/** How lines stand to each other. */
export type DesignAlign = ("left" | "center" | "right");
/** A colour: sRGB as #rrggbb, or an ink of the palette as ink:<id>. */
export type DesignPaint = string;
/** How emoji are printed. */
export type DesignEmoji = ("color" | "mono");
/** A ring around letters. */
export type DesignRing = {
  /** Thickness, mm: 0.01 to 50. */
  "width": number;
  /** Its colour. */
  "color": DesignPaint;
};
/** A drop shadow. */
export type DesignShadow = {
  /** Shift to the right, mm: -500 to 500. */
  "dx": number;
  /** Shift down, mm: -500 to 500. */
  "dy": number;
  /** Standard deviation of the softening, mm, to 50; 0 is a hard edge. Default: 0. */
  "blur"?: number;
  /** Its colour. */
  "color": DesignPaint;
  /** 0 to 1. Default: 1. */
  "opacity"?: number;
};
/** A solid body behind letters, as of block letters. */
export type DesignExtrude = {
  /** Length of the body, mm: 0.01 to 200. */
  "depth": number;
  /** Where it runs to, degrees clockwise from the right. Default: 45. */
  "angle"?: number;
  /** Its colour. */
  "color": DesignPaint;
};
/** A bend of a whole text. */
export type DesignWarp = {
  /** Its form. */
  "kind": DesignWarpKind;
  /** Strength, -100 to 100; the sign turns it over. For `circle`: the share of the circle that the text takes, in percent; negative sets it inside, along the bottom. */
  "amount": number;
};
/** The form of a bend. */
export type DesignWarpKind = ("arc" | "arch" | "bridge" | "rise" | "circle" | "wave" | "flag" | "bulge" | "pinch" | "trapezoid" | "slant");
/** What `fit_width` may do. */
export type DesignFit = ("fill" | "shrink" | "condense");
/** Words in any script, several lines allowed. */
export type DesignText = {
  /** The words; `\n` starts a line, `{{id}}` is a field, `{{{{` writes `{{`. */
  "text": string;
  /** Which face: a family, or an object with family, weight and italic. */
  "font": DesignFontForm;
  /** Em size, mm: 0.5 to 1000. */
  "size": number;
  /** How lines stand to each other. Default: center. */
  "align"?: DesignAlign;
  /** Extra space between letters, thousandths of the size: -500 to 2000. Ignored inside joined scripts. Default: 0. */
  "tracking"?: number;
  /** Distance of baselines in multiples of the size: 0.1 to 10. Default: 1.2. */
  "leading"?: number;
  /** Colour of the letters. */
  "fill": DesignPaint;
  /** How emoji are printed. Default: color. */
  "emoji"?: DesignEmoji;
  /** Rings around the letters, the innermost first; at most two. Default: none. */
  "outline"?: DesignRing[];
  /** A shadow behind everything. */
  "shadow"?: DesignShadow;
  /** A solid body behind the letters. */
  "extrude"?: DesignExtrude;
  /** A bend of the whole text. */
  "warp"?: DesignWarp;
  /** The text is scaled so that its widest line measures this, mm: 0.1 to 2000. */
  "fit_width"?: number;
  /** What `fit_width` may do. Default: fill. */
  "fit"?: DesignFit;
  /** Lines longer than this are wrapped at words, mm: 0.1 to 2000. */
  "max_width"?: number;
};
/** A part of a picture in fractions of its size: 0 to 1. */
export type DesignCrop = {
  /** Left edge. */
  "x": number;
  /** Top edge. */
  "y": number;
  /** Width, at least 0.001; the right edge lies within the picture. */
  "width": number;
  /** Height, at least 0.001; the bottom edge lies within the picture. */
  "height": number;
};
/** How a background is found. */
export type DesignRemoveBackground = {
  /** How far a pixel may be from the border's colour, 0 to 100 (`OKLab` distance in percent). Default: 10. */
  "tolerance"?: number;
  /** Also remove enclosed regions of that colour, not only what touches the border. Default: false. */
  "holes"?: boolean;
  /** What was decided by hand, with a brush: a later stroke lies over the earlier ones. Default: nothing. */
  "strokes"?: DesignBrushStroke[];
};
/** A stroke of a brush over a picture: what it covers is kept as it is in the file, or erased. */
export type DesignBrushStroke = {
  /** Whether it keeps or erases. */
  "mode": DesignBrushMode;
  /** Half the width of the brush, as a fraction of the width of the whole picture: 0.001 to 0.5. */
  "radius": number;
  /** Where the brush went: points `[x, y]` in fractions of the whole picture, 0 to 1 from its top left corner, whatever is cropped. One point is a dot. */
  "points": number[][];
};
/** What a brush does. */
export type DesignBrushMode = ("keep" | "erase");
/** An uploaded picture. */
export type DesignImage = {
  /** Upload id, or a path relative to the document on the command line. */
  "asset": string;
  /** Width after cropping and trimming, mm: 0.1 to 2000. */
  "width": number;
  /** Height after cropping and trimming, mm: 0.1 to 2000. Default: by the picture's proportions. */
  "height"?: number;
  /** The part to show. */
  "crop"?: DesignCrop;
  /** Cut off transparent margins, after the crop and the removal of the background. Default: false. */
  "trim"?: boolean;
  /** Make the background transparent; `{}` takes the defaults. */
  "remove_background"?: DesignRemoveBackground;
  /** Colours to exchange: from `"#rrggbb"` (in lower case here) to another colour. Default: none. */
  "recolor"?: Record<string, DesignPaint>;
  /** One colour for everything; transparency stays. */
  "tint"?: DesignPaint;
};
/** A line along an outline, centred on it. */
export type DesignStroke = {
  /** Thickness, mm: 0.01 to 100. */
  "width": number;
  /** Its colour. */
  "color": DesignPaint;
  /** Lengths of dashes and gaps in turn, mm: 0.1 to 1000 each, at most 16. Default: none, a solid line. */
  "dash"?: number[];
  /** Round ends and corners instead of square ones. Default: false. */
  "round"?: boolean;
};
/** A drawn shape. */
export type DesignShape = ({
  "shape": "rectangle";
  /** Width, mm: 0.1 to 2000. */
  "width": number;
  /** Height, mm: 0.1 to 2000. */
  "height": number;
  /** Radius of the corners, mm, to 1000. Default: 0. */
  "radius"?: number;
} | {
  "shape": "ellipse";
  /** Width, mm: 0.1 to 2000. */
  "width": number;
  /** Height, mm: 0.1 to 2000. */
  "height": number;
} | {
  "shape": "polygon";
  /** Number of corners, 3 to 64. */
  "sides": number;
  /** Radius of the circle through the corners, mm: 0.1 to 2000. */
  "radius": number;
} | {
  "shape": "star";
  /** Number of points, 3 to 64. */
  "points": number;
  /** Radius of the circle through the points, mm: 0.1 to 2000. */
  "radius": number;
  /** Radius of the inner corners as a share of the outer: 0 to 1. Default: 0.5. */
  "inner"?: number;
} | {
  "shape": "line";
  /** Length, mm: 0.1 to 2000. */
  "length": number;
} | {
  "shape": "path";
  /** The `d` of an SVG path; its unit is mm after scaling to `width`. Coordinates up to a million. */
  "d": string;
  /** Width of its box, mm: 0.1 to 2000; the height follows. */
  "width": number;
} | {
  "shape": "qr";
  /** What it says; `{{id}}` is a field. */
  "text": string;
  /** Length of a side, mm: 0.1 to 2000. */
  "width": number;
}) & {
  /** Colour of the inside; none is hollow. */
  "fill"?: DesignPaint;
  /** The line around it. */
  "stroke"?: DesignStroke;
};
/** Layers that move together. */
export type DesignGroup = {
  /** Layers from the bottom up, relative to the group's centre. Groups lie at most eight deep. */
  "layers": DesignLayer[];
};
/** What is done to the finished artwork of a print area before it is printed, in this order: the cloth's colour is left out, gaps are opened, lines are thickened, edges are made. Preview, proof, print file, plates and gang sheets show it. */
export type DesignProduction = {
  /** Leave out what has the colour of the cloth, which then shows; `{}` takes the defaults. */
  "knock_out"?: DesignKnockOut;
  /** Gaps that are narrower are opened to this width, mm: 0.1 to 2. */
  "least_gap"?: number;
  /** Lines and specks that are thinner are thickened to this width, mm: 0.1 to 2. */
  "least_line"?: number;
  /** What becomes of half-transparent ink. Default: it stays. */
  "edges"?: DesignEdges;
};
/** How the cloth's colour is told. */
export type DesignKnockOut = {
  /** By how much a colour may differ from the cloth's, 0 to 100 (CIEDE2000). Default: 10. */
  "tolerance"?: number;
};
/** What becomes of half-transparent ink: afterwards every pixel of the print is ink or none. */
export type DesignEdges = ({
  "mode": "hard";
  /** The opacity: 0.01 to 1. Default: 0.5. */
  "threshold"?: number;
} | {
  "mode": "halftone";
  /** Lines of dots to the inch: 10 to 85. Default: 30. */
  "lpi"?: number;
  /** The smallest dots that hold, and the smallest holes that stay open, mm, to 2. Default: 0.4. */
  "dot"?: number;
});
/** Who the shop is. */
export type ShopProfileBrand = {
  /** Its name. */
  "name": string;
  /** How customers reach it: an address, a number. Default: none. */
  "contact"?: string;
};
/** The currency of all amounts of a shop. */
export type ShopProfileCurrency = {
  /** Its code (ISO 4217), such as `USD`. */
  "code": string;
  /** Digits behind the point: 2 where 100 minor units make one, 0 where there are none. */
  "digits": number;
};
/** A press for screen printing. */
export type ShopProfilePress = {
  /** Its id. */
  "id": string;
  /** What the shop calls it. */
  "name": string;
  /** Screens that it holds at once. */
  "heads": number;
};
/** What a blank garment costs. */
export type ShopProfileBlank = {
  /** In white. */
  "white": number;
  /** In any other colour. */
  "color": number;
  /** In single colours, by their ids, where they differ. Default: none. */
  "colors"?: Record<string, number>;
  /** Surcharges by size id, where they differ from the catalogue's. Default: none. */
  "surcharges"?: Record<string, number>;
};
/** What a technique costs. */
export type ShopProfilePrices = ({
  "by": "screens";
  /** Film, coating, exposure and cleaning of one screen. */
  "screen": number;
  /** Percent of `screen` that a repeat order pays, whose films still exist. Default: 100. */
  "repeat_percent"?: number;
  /** One print with the first ink of a location, a piece. */
  "first_ink": number;
  /** One print with each further ink, and with white under colours, a piece. */
  "extra_ink": number;
  /** Drying between two prints, a piece. */
  "flash": number;
  /** Whether white of the artwork is printed again on top of the white under colours; otherwise the one below shows. Default: true. */
  "highlight_white"?: boolean;
  /** How far lighter inks reach below darker ones that they meet, micrometres, so that no cloth peeps out where a screen is slightly off; half a point is 176. Default: 0, inks meet at their edges. */
  "trap_um"?: number;
  /** What cyan, magenta, yellow and black may come to in one place, percent of a whole ink (total area coverage); white below, which is dried first, does not count. Default: 300. */
  "max_total_ink_percent"?: number;
  /** Separating artwork with more inks than the press has heads, a screen: then all heads print halftones of process inks. Left out, the shop does not do that. */
  "separation"?: number;
} | {
  "by": "area";
  /** Which area counts. Default: box. */
  "measure"?: ShopProfileMeasure;
  /** Once for each location, such as digitizing. Default: 0. */
  "setup"?: number;
  /** Percent of `setup` that a repeat order pays. Default: 100. */
  "repeat_percent"?: number;
  /** Each location of each piece, however small. Default: 0. */
  "print"?: number;
  /** Each 100 square centimetres of a print. */
  "per_100_cm2": number;
  /** Each ink beyond the first, a location and piece: foils of vinyl. Default: 0, inks are not counted. */
  "extra_ink"?: number;
  /** Dark garments, a location and piece: pretreatment and white. Default: 0. */
  "dark"?: number;
});
/** Which area of a print counts. */
export type ShopProfileMeasure = ("box" | "inked");
/** A discount by quantity. */
export type ShopProfileBreak = {
  /** From so many pieces on; each break starts above the one before. */
  "from": number;
  /** Percent off the garments and their printing; never less than the break before. */
  "percent": number;
};
/** A way to have it sooner. */
export type ShopProfileRush = {
  /** Its id. */
  "id": string;
  /** What customers read. */
  "name": string;
  /** Working days until it is ready. */
  "days": number;
  /** Percent on top of everything. */
  "percent": number;
};
/** Inks and cloth as a spectrophotometer sees them. */
export type ShopProfileSwatches = {
  /** Inks as they are printed, by their ids. Default: none. */
  "inks"?: Record<string, ShopProfileInkSwatch>;
  /** Main dyes of garments, by garment and color. Default: none. */
  "garments"?: Record<string, Record<string, ShopProfileSwatch>>;
};
/** An ink that was measured. */
export type ShopProfileInkSwatch = {
  /** CIE Lab under D50, 2 degree observer: the mean of all readings of it in full. */
  "lab": (number | number | number)[];
  /** How far readings of it lie from their mean (CIEDE2000), on average. Left out where there was one reading. */
  "spread"?: number;
  /** The day on which it was measured, as in `2026-11-28`. Default: the shop does not say. */
  "on"?: string;
  /** Percent of what lies below that it hides. Default: as inks of its kind do. */
  "opacity"?: number;
  /** Percent that the press adds to its half tone. Default: as presses usually do. */
  "gain"?: number;
};
/** A colour that was measured. */
export type ShopProfileSwatch = {
  /** CIE Lab under D50, 2 degree observer: the mean of all readings. */
  "lab": (number | number | number)[];
  /** How far readings of it lie from their mean (CIEDE2000), on average. Left out where there was one reading. */
  "spread"?: number;
  /** The day on which it was measured, as in `2026-11-28`. Default: the shop does not say. */
  "on"?: string;
};
/** What a customer orders. */
export type Order = {
  /** What is made, one entry a design, size and set of names: 1 to 500. */
  "lines": OrderOrderLine[];
  /** Who orders. */
  "contact": OrderContact;
  /** Where it goes, several lines. */
  "ship_to"?: string;
  /** The day by which it is needed, `2026-12-24`. */
  "due"?: string;
  /** Id of a way of the shop to have it sooner. Default: the usual time. */
  "rush"?: string;
  /** Preflight rules whose errors the shop accepts, such as `outside-area`: with a shop key only. */
  "accept"?: string[];
  /** What else the shop should know, several lines. */
  "note"?: string;
};
/** So many pieces of one size. */
export type OrderOrderLine = {
  /** Id of a saved design. */
  "design": string;
  /** Id of a garment colour. Default: the design's. */
  "color"?: string;
  /** Id of the garment's size. */
  "size": string;
  /** Pieces: 1 to 100,000. */
  "quantity": number;
  /** A value for every field of the design: a sample must not be printed by oversight. An empty one prints nothing. */
  "fields"?: Record<string, string>;
};
/** Who orders. */
export type OrderContact = {
  /** A name. */
  "name": string;
  /** An address for mail. */
  "email"?: string;
  /** A telephone number. */
  "phone"?: string;
};
