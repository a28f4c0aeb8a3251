// Pictures that are brought: how they are sent, and those that were.
// @ts-check
import { call, get, query } from "./api.js";

/** @param {import("./pages.js").Page} page @returns {Promise<import("../types/api").UploadList>} */
export const uploads = (page) => get(`/uploads${query(page)}`);

/** @param {File} file @param {AbortSignal} signal @param {(share: number) => void} tell how much of it is sent, 0 to 1 @returns {Promise<import("../types/api").Upload>} */
export async function upload(file, signal, tell) {
  const form = new FormData();
  form.append("file", file);
  return (await call("/uploads", { method: "POST", body: form, signal }, telling(tell))).json();
}

/** As `fetch`, which cannot tell how much it has sent. @param {(share: number) => void} tell @returns {typeof fetch} */
const telling = (tell) => (address, init) => new Promise((resolve, reject) => {
  const { signal, method, body } = /** @type {{signal: AbortSignal, method: string, body: FormData}} */ (init);
  const request = new XMLHttpRequest();
  const stop = () => {
    request.abort();
    reject(new DOMException("called off", "AbortError"));
  };
  if (signal.aborted) return stop();
  signal.addEventListener("abort", stop);
  request.upload.onprogress = ({ loaded, total }) => tell(total > 0 ? loaded / total : 0);
  request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
  request.onerror = () => reject(new TypeError("no answer"));
  request.open(method, String(address));
  request.send(body);
});
