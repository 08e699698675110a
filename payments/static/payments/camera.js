/* A camera for the till. What it reads goes into the page's own text field and is sent like typed text: the server
   alone decides what it is. The browser's own reader where there is one, else the vendored jsQR; a photo is read in
   the page as well, and never leaves it. */

const box = document.querySelector("[data-scan]");
const form = box.querySelector("[data-form]");
const field = form.querySelector("[name=read]");
const view = box.querySelector("[data-view]");
const video = view.querySelector("video");
const start = box.querySelector("[data-start]");
const photo = box.querySelector("[data-photo]");
const file = box.querySelector("[data-file]");
const trouble = box.querySelector("[data-trouble]");
const EVERY_MS = 150, WIDEST = 1200;

const TYPE = "Type the twelve digits under the customer’s code instead, or use a photo.";
const WHY = {
  NotAllowedError: `This page may not use the camera. Allow it in the browser’s address bar, then press Start again. ${TYPE}`,
  NotFoundError: `No camera was found. ${TYPE}`,
  NotReadableError: `Another program uses the camera. Close it, then press Start again. ${TYPE}`,
};

const canvas = document.createElement("canvas");
const pen = canvas.getContext("2d", { willReadFrequently: true });
let stream = null;
let sent = false;

/* ---- reading ---- */

async function ownReader() {
  try {
    const formats = await window.BarcodeDetector?.getSupportedFormats();
    return formats?.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

const reader = ownReader();

async function read(source, width, height) {
  const own = await reader;
  if (own) {
    try {
      const [found] = await own.detect(source);
      return found?.rawValue ?? "";
    } catch {
      /* It is there and does not work, as on some desktops: go on with ours. */
    }
  }
  const scale = Math.min(1, WIDEST / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  if (!canvas.width || !canvas.height) return "";
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  return window.jsQR(data, canvas.width, canvas.height)?.data ?? "";
}

function send(text) {
  if (sent) return;
  sent = true;
  stop();
  field.value = text.slice(0, field.maxLength);
  form.requestSubmit();
}

/* ---- the camera ---- */

async function open() {
  trouble.hidden = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (error) {
    return say(WHY[error.name] ?? `The camera does not start. ${TYPE}`);
  }
  video.srcObject = stream;
  await video.play();
  view.hidden = false;
  start.hidden = true;
  look();
}

async function look() {
  if (!stream || sent) return;
  const text = video.videoWidth ? await read(video, video.videoWidth, video.videoHeight) : "";
  if (text) return send(text);
  setTimeout(look, EVERY_MS);
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.hidden = true;
  start.hidden = !navigator.mediaDevices;
}

function say(text) {
  trouble.textContent = text;
  trouble.hidden = false;
}

/* ---- a photo ---- */

async function readPhoto(taken) {
  try {
    const picture = await createImageBitmap(taken);
    const text = await read(picture, picture.width, picture.height);
    if (text) return send(text);
    say("No code was found in this photo. Go closer, hold still, and mind reflections.");
  } catch {
    say("This file is not a picture that can be read.");
  }
}

/* ---- begin ---- */

photo.hidden = false;
photo.addEventListener("click", () => file.click());
file.addEventListener("change", () => file.files[0] && readPhoto(file.files[0]));
form.addEventListener("submit", (event) => {
  if (sent && !field.value) event.preventDefault();
  sent = true;
});
/* Back from the next page by the browser's own way: begin anew. */
addEventListener("pageshow", () => (sent = false));
document.addEventListener("visibilitychange", () => document.hidden && stop());
addEventListener("pagehide", stop);

if (navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", open);
  /* Where the camera was allowed before, it begins by itself; a first time is asked for by a press. */
  navigator.permissions
    ?.query({ name: "camera" })
    .then((permission) => permission.state === "granted" && !document.querySelector("[data-told]") && open())
    .catch(() => {});
} else if (!window.isSecureContext) {
  say(`The camera needs a safe address (https). Ask who runs this service. ${TYPE}`);
} else {
  say(`This browser gives no camera. ${TYPE}`);
}
