// Tells the page's Python what language and time zone the request has that the page answers. It is
// JavaScript because the words of boot.js, which comes next, are in that language.
"use strict";
Object.assign(document.documentElement.dataset, document.currentScript.dataset);
