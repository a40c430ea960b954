export { default } from '/static/desk/shelf.js';
export const say = (text) => {
  document.querySelector("#lines li").textContent = text;
  document.dispatchEvent(new Event("said"));
};
