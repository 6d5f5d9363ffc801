/* The place that one is at is in sight, also where a phone cannot show all places at once. */

document.querySelector(".site-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
