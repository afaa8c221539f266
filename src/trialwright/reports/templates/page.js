// Shows the words behind a value beside it. Without this script the same links lead to the list of places.
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);
  let owner = null, pinned = false, timer = 0;

  const hide = () => {
    clearTimeout(timer);
    if (owner) owner.removeAttribute("aria-describedby");
    owner = null; pinned = false; tip.hidden = true;
  };
  const show = (link) => {
    clearTimeout(timer);
    const place = document.getElementById(link.hash.slice(1));
    if (!place || owner === link) return;
    hide();
    owner = link;
    tip.replaceChildren(...[...place.childNodes].map((node) => node.cloneNode(true)));
    tip.hidden = false;
    tip.scrollTop = 0;
    link.setAttribute("aria-describedby", "tip");
    if (matchMedia("(max-width: 640px)").matches) { tip.style.left = tip.style.top = ""; return; }
    const box = link.getClientRects()[0], width = tip.offsetWidth, height = tip.offsetHeight;
    const page = document.documentElement;
    const below = box.bottom + 6 + height <= page.clientHeight || box.top < height + 6;
    tip.style.left = scrollX + Math.max(8, Math.min(box.left, page.clientWidth - width - 8)) + "px";
    tip.style.top = scrollY + (below ? box.bottom + 6 : box.top - height - 6) + "px";
  };
  const find = (event) => event.target.closest && event.target.closest("a.cited");

  document.querySelectorAll("a.cited").forEach((link) => link.removeAttribute("title"));
  document.addEventListener("mouseover", (event) => {
    if (!matchMedia("(hover: hover)").matches || pinned) return;
    const link = find(event);
    if (link) show(link);
    else if (tip.contains(event.target)) clearTimeout(timer);
    else if (owner && document.activeElement !== owner) { clearTimeout(timer); timer = setTimeout(hide, 200); }
  });
  document.addEventListener("focusin", (event) => { const link = find(event); if (link) show(link); else if (owner) hide(); });
  document.addEventListener("click", (event) => {
    const link = find(event);
    if (link) { event.preventDefault(); show(link); pinned = true; }
    else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // On paper nothing can be opened, so all but the lists of minor interest is.
  let opened = [];
  addEventListener("beforeprint", () => {
    hide();
    opened = [...document.querySelectorAll("details:not([open], .minor)")];
    opened.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));
})();
