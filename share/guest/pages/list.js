"use strict";
// The page works without this. With it, all can be ticked at once, and the button says what it will fetch.
const form = document.getElementById("files");
if (form) {
	const boxes = [...form.querySelectorAll('input[name="f"]')];
	const all = document.getElementById("all");
	const label = document.getElementById("picked");
	const show = () => {
		const n = boxes.filter((box) => box.checked).length;
		all.checked = n === boxes.length;
		all.indeterminate = n > 0 && n < boxes.length;
		label.textContent = n === 0 ? "Download what is ticked" : n === 1 ? "Download 1 item" : `Download ${n} items`;
	};
	all.closest("label").hidden = false;
	all.addEventListener("change", () => {
		for (const box of boxes) box.checked = all.checked;
		show();
	});
	form.addEventListener("change", show);
	addEventListener("pageshow", show);
}
