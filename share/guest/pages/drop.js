"use strict";
// The page works without this, with a form. With it, files go one request each, several at a time, and show how far they are.

const together = 3; // files that are sent at once: small ones wait for answers more than for bytes
const askAbove = 128 * 1024; // bytes: of a larger file it is asked first whether it is wanted
const maxRows = 200; // that are drawn
const action = document.getElementById("form").action;
const batch = [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
const find = (id) => document.getElementById(id);

const queue = []; // what waits
const active = new Set();
const failed = [];
let count = 0, done = 0, total = 0, sent = 0, finished = 0, skipped = 0, shown = 0, stopped = false, awake = null;
const speed = { at: 0, bytes: 0, now: 0 };

const size = (n) => {
	if (n < 1000) return `${n} B`;
	let unit = -1;
	do { n /= 1000; unit++; } while (n >= 999.5 && unit < 5);
	return `${n < 9.95 ? n.toFixed(1) : n.toFixed(0)} ${"kMGTPE"[unit]}B`;
};
const span = (s) => {
	if (s < 60) return `${Math.max(1, Math.round(s))} s`;
	if (s < 3600) return `${Math.round(s / 60)} min`;
	return `${(s / 3600).toFixed(1)} h`;
};
// Characters that turn or hide others become visible, as on every other page.
const neutral = (name) => name.replace(/[\u200c\u200d]/g, "").replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu, "\ufffd");
const element = (name, kind, text) => {
	const e = document.createElement(name);
	if (kind) e.className = kind;
	if (text !== undefined) e.textContent = text;
	return e;
};
const address = (item, query) => `${action}/${item.path.split("/").map(encodeURIComponent).join("/")}?${new URLSearchParams(query)}`;

function add(files) {
	for (const { path, file } of files) {
		if (path.split("/").some((part) => part.startsWith("."))) { skipped++; continue; } // hidden: not wanted anywhere
		queue.push({ path, file, sent: 0 });
		count++;
		total += file.size;
	}
	stopped = false;
	find("work").hidden = false;
	next();
	show();
}

function row(item) {
	if (item.row || shown >= maxRows) return;
	shown++;
	item.row = element("li");
	item.label = element("span", "name");
	item.label.append(element("bdi", "", neutral(item.path)));
	item.facts = element("span", "facts", size(item.file.size));
	item.bar = element("progress");
	item.bar.max = 1;
	item.bar.value = 0;
	item.button = element("button");
	item.button.type = "button";
	item.row.append(item.label, item.facts, item.bar, item.button);
	find("rows").prepend(item.row);
}

function settle(item, words, kind) {
	if (!item.row) return;
	item.bar.remove();
	item.facts.className = `facts ${kind}`;
	item.facts.textContent = words;
	item.button.remove();
	if (kind !== "failed" || item.final) return;
	item.button.textContent = "Try again";
	item.button.setAttribute("aria-label", `Try again: ${neutral(item.path)}`);
	item.button.onclick = () => retry(item);
	item.row.append(item.button);
}

function retry(item) {
	failed.splice(failed.indexOf(item), 1);
	if (item.row) { item.row.remove(); item.row = null; shown--; }
	item.sent = 0;
	queue.unshift(item);
	stopped = false;
	next();
	show();
}

function next() {
	while (!stopped && active.size < together && queue.length) send(queue.shift());
	if (active.size === 0) rest(); else stayAwake();
}

async function send(item) {
	active.add(item);
	row(item);
	item.stop = new AbortController();
	if (item.button) {
		item.button.textContent = "Cancel";
		item.button.setAttribute("aria-label", `Cancel: ${neutral(item.path)}`);
		item.button.onclick = () => item.stop.abort();
	}
	let problem = null;
	try {
		if (item.file.size > askAbove) await ask(item);
		await put(item);
	} catch (err) {
		problem = item.stop.signal.aborted ? "Cancelled." : err.message;
		item.final = err.final;
	}
	active.delete(item);
	sent -= item.sent;
	if (problem) {
		failed.push(item);
		settle(item, problem, "failed");
	} else {
		finished += item.file.size;
		done++;
		settle(item, `${size(item.file.size)} · Arrived`, "done");
	}
	next();
	show();
}

// refusal is what an answer says. A name that can't be, or a link that has ended, is not better the next time.
function refusal(status, text) {
	let said = "It was not taken.";
	try { said = JSON.parse(text).error.trim() || said; } catch { /* a page */ }
	const err = new Error(status === 404 ? "This link has ended." : said);
	err.final = status === 400 || status === 404;
	return err;
}

async function ask(item) {
	let answer;
	try {
		answer = await fetch(address(item, { size: item.file.size }), { headers: { "Lanyard-Page": "1" }, signal: item.stop.signal, cache: "no-store" });
	} catch { throw new Error("The other PC can’t be reached."); }
	if (!answer.ok) throw refusal(answer.status, await answer.text());
}

// put sends a file. fetch can't tell how far a body is, the older way can.
function put(item) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		const abort = () => request.abort();
		request.open("PUT", address(item, { batch, modified: item.file.lastModified }));
		request.setRequestHeader("Lanyard-Page", "1");
		request.upload.onprogress = (event) => {
			const n = Math.min(event.loaded, item.file.size);
			sent += n - item.sent;
			item.sent = n;
			if (item.row && item.file.size) item.bar.value = n / item.file.size;
			if (item.row) item.facts.textContent = n < item.file.size ? `${size(n)} of ${size(item.file.size)}` : "Being checked…";
			show();
		};
		request.onload = () => {
			if (request.status === 204) resolve();
			else reject(refusal(request.status, request.responseText));
		};
		request.onabort = () => reject(new Error("Cancelled."));
		// A refusal in the midst of sending gets lost on its way: ask for it.
		request.onerror = () => ask(item).then(() => reject(new Error("The connection was lost.")), reject);
		item.stop.signal.addEventListener("abort", abort, { once: true });
		if (item.stop.signal.aborted) return abort();
		request.send(item.file);
	});
}

function pace() {
	const now = performance.now(), bytes = finished + sent;
	if (!speed.at || bytes < speed.bytes) { speed.at = now; speed.bytes = bytes; return; }
	const t = (now - speed.at) / 1000;
	if (t < 0.5) return;
	const v = (bytes - speed.bytes) / t;
	speed.now = speed.now ? 0.6 * speed.now + 0.4 * v : v;
	speed.at = now;
	speed.bytes = bytes;
}

function show() {
	pace();
	const left = queue.length + active.size, bytes = finished + sent;
	const whole = total - failed.reduce((n, item) => n + item.file.size, 0);
	find("total").value = whole > 0 ? Math.min(1, bytes / whole) : left ? 0 : 1;
	find("total").hidden = left === 0;
	find("stop").hidden = left === 0;
	const files = (n) => n === 1 ? "1 file" : `${n} files`;
	if (left) {
		find("headline").textContent = `Sending ${files(count - failed.length)}`;
		let detail = `${size(bytes)} of ${size(whole)}`;
		if (speed.now > 0) detail += ` · ${size(Math.round(speed.now))}/s`;
		if (speed.now > 0 && whole > bytes) detail += ` · ${span((whole - bytes) / speed.now)} left`;
		find("detail").textContent = detail;
	} else {
		find("headline").textContent = failed.length && !done ? "Nothing has arrived" : failed.length ? `${done} of ${files(count)} arrived` : done ? `${files(done)} arrived` : "Nothing to send";
		find("detail").textContent = failed.length ? "Those that did not are marked below." : done ? `${size(finished)}. You can close this page, or send more.` : "";
	}
	const notes = [];
	if (queue.length) notes.push(`${files(queue.length)} waiting`);
	if (count - queue.length > shown) notes.push(`${files(count - queue.length - shown)} not listed`);
	if (skipped) notes.push(`${files(skipped)} left out: hidden files are not sent`);
	find("rest").textContent = notes.join(" · ");
	find("rest").hidden = notes.length === 0;
}

// A phone that goes to sleep sends nothing.
async function stayAwake() {
	if (awake || !navigator.wakeLock) return;
	awake = true;
	try { awake = await navigator.wakeLock.request("screen"); } catch { awake = null; }
}
function rest() {
	if (awake && awake.release) { awake.release(); awake = null; }
	speed.at = speed.now = 0;
}

find("stop").addEventListener("click", () => {
	stopped = true;
	for (const item of queue.splice(0)) { failed.push(item); row(item); settle(item, "Not sent.", "failed"); }
	for (const item of active) item.stop.abort();
	show();
});
addEventListener("beforeunload", (event) => { if (active.size) event.preventDefault(); });

for (const id of ["input", "folder"]) {
	find(id).addEventListener("change", (event) => {
		add([...event.target.files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
		event.target.value = "";
	});
}

// entries reads what was dropped, folders with all that is in them.
async function entries(list) {
	const files = [];
	const read = async (entry, path) => {
		if (entry.isFile) {
			const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
			files.push({ path: path + entry.name, file });
			return;
		}
		const reader = entry.createReader();
		for (;;) {
			const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
			if (!some.length) return;
			for (const e of some) await read(e, `${path}${entry.name}/`);
		}
	};
	for (const entry of list) {
		try { await read(entry, ""); } catch { /* gone since */ }
	}
	return files;
}

const zone = find("zone");
addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
addEventListener("drop", async (event) => {
	event.preventDefault();
	zone.classList.remove("over");
	const list = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
	add(list.length ? await entries(list) : [...event.dataTransfer.files].map((file) => ({ path: file.name, file })));
});

// Now that all of it is there, the form's own button isn't needed.
document.body.classList.add("scripted");
find("send").hidden = true;
