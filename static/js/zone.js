/* Times are shown in the zone of whoever reads them, and only their browser knows it. It tells the
   server when that has another one, and loads the very first page once more with its own times. */

const { zone: known, zoneUrl } = document.body.dataset;
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

async function tell() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const body = new URLSearchParams({ time_zone: here, csrfmiddlewaretoken: token });
  const { status } = await fetch(zoneUrl, { method: "POST", body });
  if (status === 204 && ["", "UTC"].includes(known)) location.reload();
}

if (here && here !== known) tell().catch(() => {}); // the next page tells it again
