"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const form = document.querySelector(".filter");
  if (!form) return;
  form.hidden = false;
  document.querySelector(".keys").hidden = false;

  const findings = all("#findings .finding");
  const calls = all("#findings .call");
  const files = all("#findings .file");
  const names = new Map(files.map(file => [file, file.querySelector("h3").textContent.toLowerCase()]));
  const words = new Map();
  const wordsOf = finding => {
    if (!words.has(finding)) {
      words.set(finding, `${names.get(finding.closest(".file"))} ${finding.firstElementChild.textContent.toLowerCase()}`);
    }
    return words.get(finding);
  };

  // Hide what is not asked for, and the compile calls and files of which nothing is left.
  const pick = () => {
    const wanted = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isWanted = finding =>
      (!form.rule.value || finding.dataset.code === form.rule.value) &&
      (!form.severity.value || finding.dataset.severity === form.severity.value) &&
      (!form.repair.value || (finding.dataset.fix || "none") === form.repair.value) &&
      wanted.every(word => wordsOf(finding).includes(word));
    const isPicky = wanted.length || form.rule.value || form.severity.value || form.repair.value;
    let shown = 0;
    for (const finding of findings) {
      finding.hidden = !isWanted(finding);
      shown += !finding.hidden;
    }
    const hasSome = part => !isPicky || part.querySelector(".finding:not([hidden])") !== null;
    for (const part of [...calls, ...files]) part.hidden = !hasSome(part);
    form.shown.value = isPicky ? `${shown} of ${findings.length} findings` : `${findings.length} findings`;
    form.fold.textContent = "Open all";
  };
  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(pick, 80); });
  form.addEventListener("reset", () => { clearTimeout(waiting); waiting = setTimeout(pick); });
  form.addEventListener("submit", event => event.preventDefault());
  form.fold.addEventListener("click", () => {
    const opens = form.fold.textContent === "Open all";
    for (const finding of findings) if (!finding.hidden) finding.open = opens;
    form.fold.textContent = opens ? "Close all" : "Open all";
  });

  // A rule of the summary picks its findings; its explanation stays one click away in each of them.
  for (const link of all("[data-rule]")) {
    link.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      form.reset();
      form.rule.value = link.dataset.rule;
      pick();
      document.getElementById("findings").scrollIntoView();
      document.getElementById("findings").focus({ preventScroll: true });
    });
  }

  // Whoever follows a link to a finding or file sees it, whatever was picked before.
  const arrive = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    clearTimeout(waiting);
    if (target.closest("[hidden]")) { form.reset(); clearTimeout(waiting); pick(); }
    if (target.matches("details")) target.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", arrive);

  const move = step => {
    const visible = findings.filter(finding => !finding.hidden).map(finding => finding.firstElementChild);
    const index = visible.indexOf(document.activeElement);
    const next = visible[index < 0 ? (step > 0 ? 0 : visible.length - 1) : index + step];
    if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
    if (event.key === "/") { event.preventDefault(); form.words.focus(); }
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
  });

  pick();
  arrive();
})();
