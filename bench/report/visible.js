// Returns the visible texts and charts of this page, for check.py.
() => {
  const shown = (element) => element.getClientRects().length > 0;
  const box = (element) => { const { left, top, right, bottom } = element.getBoundingClientRect(); return { left, top, right, bottom }; };
  const ratio = (one, other) => {
    const light = (colour) => {
      const [red, green, blue] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const paper = document.querySelector("body") ? getComputedStyle(document.body).backgroundColor
    : getComputedStyle(document.querySelector("rect")).fill;
  const own = (element) => [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
  const texts = [...document.querySelectorAll("body *, svg *")].filter((element) => own(element) && shown(element)
    && !["SCRIPT", "STYLE", "style"].includes(element.tagName)).map((element) => {
    const style = getComputedStyle(element);
    const svg = element.ownerSVGElement;
    const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
    return { text: own(element), px: parseFloat(style.fontSize) * scale, contrast: ratio(svg ? style.fill : style.color, paper) };
  });
  const charts = [...document.querySelectorAll("svg[role=img]")].filter(shown).map((svg) => ({
    name: svg.getAttribute("aria-label"),
    box: box(svg),
    texts: [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim()).map((text) => ({ text: text.textContent, box: box(text) })),
  }));
  const root = document.documentElement;
  return { texts, charts, figures: document.querySelectorAll("figure").length, width: root.clientWidth, scrolled: root.scrollWidth };
}
