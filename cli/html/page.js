"use strict";
(function () {
	var root = document.documentElement;
	root.classList.add("js");

	/* ---- The map: wheel, drag, buttons; what a cell is, below it ---- */

	function zoomable(svg) {
		var whole = svg.getAttribute("viewBox").split(" ").map(Number);
		var view = whole.slice();
		var hint = document.getElementById("hint");
		var on = null, drag = null;

		function show() {
			var w = view[2], h = view[3];
			view[0] = Math.max(whole[0], Math.min(view[0], whole[0] + whole[2] - w));
			view[1] = Math.max(whole[1], Math.min(view[1], whole[1] + whole[3] - h));
			svg.setAttribute("viewBox", view.join(" "));
			svg.setAttribute("data-zoom", (whole[2] / w).toFixed(2));
			svg.parentNode.classList.toggle("zoomed", w < whole[2]);
		}
		function zoom(by, fx, fy) {
			var scale = Math.max(1, Math.min(32, (whole[2] / view[2]) * by));
			var w = whole[2] / scale, h = whole[3] / scale;
			view[0] += (view[2] - w) * fx;
			view[1] += (view[3] - h) * fy;
			view[2] = w;
			view[3] = h;
			show();
		}
		function at(e) {
			var box = svg.getBoundingClientRect();
			return [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height];
		}
		function tell(e) {
			var g = e.target.closest ? e.target.closest("g[data-c]") : null;
			if (!g || g === on)
				return;
			if (on)
				on.classList.remove("on");
			on = g;
			g.classList.add("on");
			hint.textContent = g.querySelector("title").textContent;
		}
		svg.addEventListener("wheel", function (e) {
			var p = at(e);
			if (!e.ctrlKey && !e.metaKey && view[2] === whole[2] && e.deltaY > 0)
				return;
			e.preventDefault();
			zoom(e.deltaY < 0 ? 1.25 : 0.8, p[0], p[1]);
		}, { passive: false });
		svg.addEventListener("pointerover", tell);
		svg.addEventListener("click", tell);
		svg.addEventListener("pointerdown", function (e) {
			if (view[2] < whole[2])
				drag = [e.clientX, e.clientY, view[0], view[1]];
		});
		window.addEventListener("pointermove", function (e) {
			var box;
			if (!drag)
				return;
			box = svg.getBoundingClientRect();
			view[0] = drag[2] - ((e.clientX - drag[0]) / box.width) * view[2];
			view[1] = drag[3] - ((e.clientY - drag[1]) / box.height) * view[3];
			show();
		});
		window.addEventListener("pointerup", function () { drag = null; });
		[["zin", 1.6], ["zout", 1 / 1.6], ["zall", 0]].forEach(function (b) {
			document.getElementById(b[0]).addEventListener("click", function () {
				if (b[1])
					return zoom(b[1], 0.5, 0.5);
				view = whole.slice();
				show();
			});
		});
		/* #zoom=4: a view that can be linked to. */
		var by = /[#&]zoom=(\d+)/.exec(location.hash);
		if (by)
			zoom(Number(by[1]), 0, 0);
	}

	/* ---- The table: sort by a click on a heading, filter by words ---- */

	/* A lower bound may be anything above it: from small to large it is not known. */
	function value(row, i, down) {
		var cell = row.cells[i], v = cell.getAttribute("data-v");
		if (v === "" || (!down && cell.hasAttribute("data-ge")))
			return null;
		return v === null ? cell.textContent.toLowerCase() : Number(v);
	}
	function order(a, b) {
		/* What is not known goes last, whichever way. */
		if (a.v === null || b.v === null)
			return { fixed: (a.v === null) - (b.v === null) };
		return { by: a.v < b.v ? -1 : a.v > b.v ? 1 : a.ge - b.ge };
	}
	function sort(table, i, down) {
		var body = table.tBodies[0];
		var rows = Array.prototype.map.call(body.rows, function (r, n) {
			return { r: r, n: n, v: value(r, i, down), ge: r.cells[i].hasAttribute("data-ge") };
		});
		rows.sort(function (a, b) {
			var o = order(a, b);
			return o.fixed || (down ? -o.by : o.by) || a.n - b.n;
		});
		rows.forEach(function (x) { body.appendChild(x.r); });
		Array.prototype.forEach.call(table.tHead.rows[0].cells, function (h, n) {
			if (n === i)
				h.setAttribute("aria-sort", down ? "descending" : "ascending");
			else
				h.removeAttribute("aria-sort");
		});
	}
	function sortable(table) {
		var choice = document.getElementById("sort");
		var heads = table.tHead.rows[0].cells;

		function toggle(i) {
			var h = heads[i], now = h.getAttribute("aria-sort");
			sort(table, i, now ? now === "ascending" : h.getAttribute("data-k") === "n");
		}
		Array.prototype.forEach.call(heads, function (h, i) {
			if (!h.hasAttribute("data-k"))
				return;
			h.tabIndex = 0;
			h.addEventListener("click", function () { toggle(i); });
			h.addEventListener("keydown", function (e) {
				if (e.key === "Enter" || e.key === " ") {
					e.preventDefault();
					toggle(i);
				}
			});
			if (choice) {
				var o = document.createElement("option");
				o.value = i;
				o.textContent = "sort by " + h.textContent;
				choice.appendChild(o);
			}
		});
		if (choice) {
			choice.addEventListener("change", function () {
				if (choice.value !== "")
					toggle(Number(choice.value));
			});
		}
	}
	function filterable(table, input) {
		var count = document.getElementById("shown");
		function filter() {
			var words = input.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
			Array.prototype.forEach.call(table.tBodies[0].rows, function (r) {
				var text = r.textContent.toLowerCase();
				r.hidden = !words.every(function (w) { return text.indexOf(w) >= 0; });
				shown += !r.hidden;
			});
			count.textContent = shown + " of " + table.tBodies[0].rows.length;
		}
		input.addEventListener("input", filter);
		filter();
	}

	var map = document.querySelector("svg.map"), table = document.getElementById("dumps");
	if (map)
		zoomable(map);
	if (table) {
		sortable(table);
		filterable(table, document.getElementById("filter"));
		/* #sort=2, #filter=words: a view that can be linked to. */
		location.hash.slice(1).split("&").forEach(function (part) {
			var at = part.indexOf("="), key = part.slice(0, at), v;
			if (at < 0)
				return;
			try {
				v = decodeURIComponent(part.slice(at + 1));
			} catch (e) {
				return;
			}
			var head = key === "sort" ? table.tHead.rows[0].cells[Math.abs(Number(v)) - 1] : null;
			if (head && head.hasAttribute("data-k"))
				sort(table, head.cellIndex, Number(v) < 0);
			if (key === "filter") {
				document.getElementById("filter").value = v;
				document.getElementById("filter").dispatchEvent(new Event("input"));
			}
		});
	}
	root.setAttribute("data-script", "ran");
})();
