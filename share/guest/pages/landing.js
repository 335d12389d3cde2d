"use strict";
// The page works without this. With it, a button that is pressed twice is pressed once.
const form = document.querySelector("form");
form.addEventListener("submit", () => {
	const button = form.querySelector("button");
	setTimeout(() => { button.disabled = true; }, 0);
});
addEventListener("pageshow", () => { form.querySelector("button").disabled = false; });
