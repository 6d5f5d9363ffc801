/* The place that one is at is in sight, also where a phone cannot show all places at once. */

for (const here of document.querySelectorAll(".site-nav [aria-current], .setup-nav [aria-current]")) {
  here.scrollIntoView({ block: "nearest", inline: "center" });
}
