/* A picture that was chosen is shown before it is sent, and one that is too large is told at once. The server
   decides: without this script the same form works, and says the same. */

const MOST_BYTES = 2 * 1024 * 1024;
const input = document.querySelector("input[type=file]");
const shown = document.getElementById("chosen");
const warning = document.getElementById("too-large");

function look() {
  const file = input.files[0];
  const tooLarge = Boolean(file) && file.size > MOST_BYTES;
  warning.hidden = !tooLarge;
  shown.hidden = true;
  if (!file || tooLarge) return;
  const reader = new FileReader();
  reader.onload = () => {
    shown.firstElementChild.src = reader.result;
  };
  reader.readAsDataURL(file);
}

shown.firstElementChild.onload = () => {
  shown.hidden = false;
};
input.addEventListener("change", look);
input.form.addEventListener("submit", (event) => {
  if (!warning.hidden) event.preventDefault();
});
look();
