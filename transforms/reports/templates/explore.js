// The interactive page of a study: draws the curves that are chosen, reads them at a time, and sorts the open questions.
// All numbers stand in the page already. Words come with them, and so does every colour.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const { endpoints, colors, bands, words } = JSON.parse(byId("data").textContent);
  const DASHES = [null, "7 3", "2 3", "10 3 2 3", "5 2", "1 4"];
  const NARROW = 480;
  const PAPER = 680;
  // Ticks are months, times are days.
  const TOLERANCE = 0.001;

  // ---- What is chosen ----

  const chosen = { endpoint: endpoints[0], group: null, definitions: new Set([""]), time: 0 };

  const said = (template, values) => template.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

  function shownCurves() {
    const { endpoint, group, definitions } = chosen;
    if (group.id) return styled(group.curves);
    const all = [{ id: "", label: endpoint.own, curves: endpoint.groups[0].curves }, ...endpoint.definitions];
    const several = definitions.size > 1;
    return all.flatMap((one, number) => {
      if (!definitions.has(one.id)) return [];
      // Beside other definitions, what competes is left out: each is one curve, and keeps its colour while others come and go.
      return several ? styled([{ ...one.curves[0], label: one.label }], number) : styled(one.curves);
    });
  }

  const styled = (curves, first = 0) =>
    curves.map((curve, index) => {
      const number = first + index;
      return { ...curve, color: colors[number % colors.length], dash: DASHES[number % DASHES.length] };
    });

  const isOneRiskSet = (curves) =>
    !chosen.group.id && chosen.definitions.size === 1 && chosen.endpoint.competing && curves.length > 1;

  // Other definitions may start on another day, so that beside them months are counted from each one's own.
  const isOwnAlone = () => Boolean(chosen.group.id) || [...chosen.definitions].every((id) => id === "");

  // ---- Reading a curve at a time ----

  function estimateAt(curve, time) {
    if (time > curve.t.at(-1) + TOLERANCE) return null;
    const row = curve.t.findLastIndex((t) => t <= time + TOLERANCE);
    const [low, high] = boundsOf(curve);
    const isTold = curve.read_from !== null && time >= curve.read_from - TOLERANCE;
    return { estimate: curve.s[row], isTold, low: low[row], high: high[row], events: curve.e[row] };
  }

  // Subjects with T >= time: those of the first row at or after it, as in the printed report.
  function atRisk(curve, time) {
    const row = curve.t.findIndex((t) => t >= time - TOLERANCE);
    return row < 0 ? 0 : curve.n[row];
  }

  const boundsOf = (curve) => curve.bounds[byId("interval").value] ?? Object.values(curve.bounds)[0];

  const percent = (share) => (100 * share).toFixed(1);

  function shown(found) {
    if (!found?.isTold) return words.dash;
    const bounds = found.low === null || found.high === null ? "" : ` (${percent(found.low)}–${percent(found.high)})`;
    return percent(found.estimate) + bounds;
  }

  const count = (number) => (number === null || number === undefined ? words.dash : String(number));

  const timesOf = (curves) => [...new Set(curves.flatMap((curve) => curve.t))].sort((a, b) => a - b);

  // ---- Drawing ----

  function rowsOf(curve) {
    const [low, high] = boundsOf(curve);
    return curve.t.map((t, row) => ({ t, s: curve.s[row], low: low[row] ?? curve.s[row], high: high[row] ?? curve.s[row] }));
  }

  function marksOf(curve) {
    const rows = rowsOf(curve);
    const line = { x: "t", y: "s", stroke: curve.color, strokeWidth: 2, curve: "step-after" };
    const dense = curve.pale === null ? rows : rows.filter((row) => row.t <= curve.pale);
    const left = rows.filter((_, row) => curve.c[row]);
    return [
      byId("bands").checked &&
        Plot.areaY(rows, { x: "t", y1: "low", y2: "high", fill: curve.color, fillOpacity: 0.13, curve: "step-after" }),
      curve.pale !== null && Plot.lineY(rows, { ...line, strokeOpacity: 0.3 }),
      Plot.lineY(dense, { ...line, strokeDasharray: curve.dash }),
      byId("marks").checked &&
        !chosen.endpoint.competing &&
        Plot.ruleX(left, { x: "t", y1: (row) => row.s - 0.018, y2: (row) => row.s + 0.018, stroke: curve.color }),
    ].filter(Boolean);
  }

  function cursorOf(curves) {
    const points = curves.flatMap((curve) => {
      const found = estimateAt(curve, chosen.time);
      return found ? [{ t: chosen.time, s: found.estimate, color: curve.color }] : [];
    });
    return [
      Plot.ruleX([chosen.time], { stroke: "#51616a", strokeWidth: 1 }),
      Plot.dot(points, { x: "t", y: "s", r: 4, fill: (point) => point.color, stroke: "#fff" }),
    ];
  }

  // Numbers at risk under the ticks, a line for each curve in its colour.
  function riskMarks(curves, ticks) {
    const counted = isOneRiskSet(curves) ? curves.slice(0, 1) : curves;
    const heading = Plot.text([words.at_risk], { frameAnchor: "bottom-left", dx: -40, dy: 47, fontWeight: 600, lineAnchor: "top", textAnchor: "start" });
    return [
      heading,
      ...counted.map((curve, line) =>
        Plot.text(ticks, {
          x: (tick) => tick, text: (tick) => count(atRisk(curve, tick)), fill: curve.color, frameAnchor: "bottom", lineAnchor: "top", dy: 63 + 15 * line,
        }),
      ),
    ];
  }

  function draw(width = byId("figure").clientWidth) {
    const { endpoint, group } = chosen;
    const curves = shownCurves();
    const every = width < NARROW && group.ticks.length > 6 ? 2 : 1;
    const ticks = group.ticks.filter((_, number) => number % every === 0);
    const plot = Plot.plot({
      width: Math.max(width, 260),
      height: (width < NARROW ? 275 : 355) + 15 * curves.length + 40,
      marginLeft: 44,
      marginRight: 14,
      marginTop: 26,
      marginBottom: 71 + 15 * curves.length,
      ariaLabel: byId("chosen").textContent,
      style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
      x: { domain: [0, group.ticks.at(-1)], ticks, label: null },
      y: { domain: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: "%", grid: true, label: null },
      marks: [
        ...curves.flatMap(marksOf),
        ...riskMarks(curves, ticks),
        Plot.text([isOwnAlone() ? endpoint.x : words.months], { frameAnchor: "bottom", dy: 26, lineAnchor: "top" }),
        Plot.text([endpoint.y], { frameAnchor: "top-left", dx: -40, dy: -10, textAnchor: "start", lineAnchor: "bottom" }),
        ...cursorOf(curves),
      ],
    });
    byId("figure").replaceChildren(plot);
    return plot;
  }

  // ---- The table of what is read ----

  function cell(kind, content) {
    const made = document.createElement(kind);
    made.append(content);
    return made;
  }

  function named(curve) {
    const name = cell("th", "");
    name.scope = "row";
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = curve.color;
    name.append(swatch, curve.label);
    return name;
  }

  function read() {
    const curves = shownCurves();
    const times = timesOf(curves);
    const { time } = chosen;
    byId("moment").textContent = said(words.at, { months: time.toFixed(1) });
    const oneRiskSet = isOneRiskSet(curves);
    const lines = curves.map((curve) => {
      const found = estimateAt(curve, time);
      const row = document.createElement("tr");
      row.append(named(curve), cell("td", shown(found)), cell("td", count(atRisk(oneRiskSet ? curves[0] : curve, time))));
      if (curve.e.length) row.append(cell("td", count(found?.events)));
      return row;
    });
    byId("readout").tBodies[0].replaceChildren(...lines);
    const slider = byId("time");
    slider.max = times.length - 1;
    slider.value = times.findLastIndex((t) => t <= time + TOLERANCE);
    const told = curves.map((curve) =>
      said(words.of_curve, { curve: curve.label, estimate: shown(estimateAt(curve, time)), n: count(atRisk(curve, time)) }),
    );
    slider.setAttribute("aria-valuetext", [byId("moment").textContent, ...told].join("; "));
  }

  function moveTo(time) {
    chosen.time = time;
    read();
    draw();
  }

  // ---- The choices ----

  function option(value, text) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    return made;
  }

  function offerGroups() {
    byId("group").replaceChildren(...chosen.endpoint.groups.map((group) => option(group.id, group.label)));
    byId("group").value = chosen.group.id;
  }

  function offerDefinitions() {
    const { endpoint, group } = chosen;
    const place = byId("definitions").querySelector("div");
    const when = endpoint.definitions.length === 0 ? "none" : group.id ? "group" : "some";
    const all = when === "some" ? [{ id: "", label: endpoint.own }, ...endpoint.definitions] : [];
    place.replaceChildren(
      ...all.map((one) => {
        const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: chosen.definitions.has(one.id), value: one.id });
        const label = cell("label", box);
        label.append(` ${one.label}`);
        return label;
      }),
    );
    for (const note of byId("definitions").querySelectorAll("[data-when]")) note.hidden = note.dataset.when !== when;
  }

  function toggle(box) {
    if (box.checked) chosen.definitions.add(box.value);
    else chosen.definitions.delete(box.value);
    // No definition at all would be no curve.
    if (chosen.definitions.size === 0) {
      chosen.definitions.add("");
      offerDefinitions();
    }
    show();
  }

  function choose(id, groupId) {
    chosen.endpoint = endpoints.find((one) => one.id === id) ?? endpoints[0];
    const { groups, kind } = chosen.endpoint;
    chosen.group = groups.find((one) => one.id === groupId) ?? groups[0];
    chosen.definitions = new Set([""]);
    chosen.time = Math.min(chosen.endpoint.at, chosen.group.ticks.at(-1));
    byId("endpoint").value = chosen.endpoint.id;
    byId("interval").value = kind;
    byId("bands").checked = bands || chosen.group.curves.length === 1 || !chosen.group.id;
    offerGroups();
    offerDefinitions();
    show();
  }

  // The address names what was chosen, so that it can be sent or kept.
  function chooseByHand(id, groupId) {
    choose(id, groupId);
    const { endpoint, group } = chosen;
    history.replaceState(null, "", `#${new URLSearchParams({ endpoint: endpoint.id, ...(group.id && { group: group.id }) })}`);
  }

  function show() {
    const { endpoint, group } = chosen;
    const interval = byId("interval").selectedOptions[0].textContent;
    byId("chosen").textContent = said(words.chosen, { endpoint: endpoint.title, group: group.label, interval });
    byId("population").textContent = endpoint.population;
    for (const numbers of document.querySelectorAll(".printed"))
      numbers.hidden = numbers.dataset.endpoint !== endpoint.id || numbers.dataset.group !== group.id;
    read();
    draw();
  }

  // ---- Pointer, keyboard, size, paper ----

  function follow(event) {
    const svg = byId("figure").querySelector("svg");
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) * svg.viewBox.baseVal.width) / box.width;
    const time = svg.scale("x").invert(x);
    const times = timesOf(shownCurves());
    const found = times[Math.max(times.findLastIndex((t) => t <= time), 0)];
    if (found !== chosen.time) moveTo(found);
  }

  function listen() {
    byId("endpoint").addEventListener("change", (event) => chooseByHand(event.target.value, ""));
    byId("group").addEventListener("change", (event) => chooseByHand(chosen.endpoint.id, event.target.value));
    for (const id of ["interval", "bands", "marks"]) byId(id).addEventListener("change", show);
    byId("definitions").addEventListener("change", (event) => toggle(event.target));
    byId("time").addEventListener("input", (event) => moveTo(timesOf(shownCurves())[event.target.valueAsNumber]));
    byId("figure").addEventListener("pointermove", follow);
    byId("figure").addEventListener("pointerdown", follow);
    addEventListener("beforeprint", () => draw(PAPER));
    addEventListener("afterprint", () => draw());
    new ResizeObserver(() => draw()).observe(byId("figure"));
  }

  // ---- The questions ----

  function sortBy(heading) {
    const table = heading.closest("table");
    const column = heading.cellIndex;
    const up = heading.getAttribute("aria-sort") === "descending";
    const key = (row) => row.cells[column].dataset.rank;
    const compared = (a, b) =>
      key(a) === undefined ? a.cells[column].textContent.localeCompare(b.cells[column].textContent) : key(a) - key(b);
    const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? compared(a, b) : compared(b, a)));
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
  }

  for (const button of document.querySelectorAll("#sortable button"))
    button.addEventListener("click", () => sortBy(button.closest("th")));
  if (endpoints.length) {
    const asked = new URLSearchParams(location.hash.slice(1));
    listen();
    choose(asked.get("endpoint"), asked.get("group") ?? "");
  }
})();
