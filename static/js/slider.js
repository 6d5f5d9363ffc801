/* A slider and a number that say the same, and a form below that keeps what was tried. */

const knobs = document.getElementById("knobs");
const kept = document.getElementById("keep");

knobs?.addEventListener("input", ({ target: moved }) => {
  const { slide, target } = knobs.elements;
  if (moved === slide) target.value = slide.value;
  if (moved === target && target.value) slide.value = target.value;
  for (const name of ["target", "tolerated", "minor_loss"]) {
    kept?.querySelector(`[name=${name}]`)?.setAttribute("value", knobs.elements[name].value);
  }
});
