// Block Kit, drawn. `press(element, block_id, value)` is called when a person uses a control.
import { button, el } from "../dom.js";
import { mrkdwn, textOf } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { confirmed } from "./confirm.js";
import { field } from "./fields.js";
import { overflow } from "./overflow.js";

export function blocks(list, press, typed = {}) {
  return list.map((block) => el("div", { class: `block ${block.type}`, data: { block: block.block_id ?? "" } }, draw(block, press, typed)));
}

function draw(block, press, typed) {
  const drawn = {
    header: () => el("h3", {}, block.text.text),
    section: () => section(block, press),
    divider: () => el("hr"),
    context: () => block.elements.map((element) => el("span", { class: "note" }, element.type === "image" ? image(element) : textOf(element))),
    actions: () => block.elements.map((element) => control(element, block.block_id, press)),
    input: () => field(block, typed),
    image: () => image(block),
    rich_text: () => richText(block),
    markdown: () => mrkdwn(block.text),
    alert: () => el("p", { class: `alert-box ${block.level ?? "default"}`, role: "note" }, textOf(block.text)),
    table: () => table(block),
    data_table: () => table(block),
  }[block.type];
  return drawn ? drawn() : el("p", { class: "sub" }, `(a ${block.type} block, not drawn here)`);
}

function section(block, press) {
  return [
    el(
      "div",
      { class: "section-body" },
      block.text ? textOf(block.text) : null,
      block.fields ? el("div", { class: "fields" }, block.fields.map((one) => el("div", {}, textOf(one)))) : null,
    ),
    block.accessory ? control(block.accessory, block.block_id, press) : null,
  ];
}

// Nothing is fetched from elsewhere: an image is shown as its description.
const image = (element) => el("span", { class: "picture", role: "img", "aria-label": element.alt_text }, `🖼 ${element.alt_text}`);

function control(element, blockId, press) {
  if (element.type === "image") return image(element);
  const use = async (value) => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    press(element, blockId, value);
  };
  const key = `${element.action_id}`;
  if (element.type === "button") {
    if (element.url) return el("a", { class: "button", href: /^https?:/.test(element.url) ? element.url : null, target: "_blank", rel: "noopener noreferrer" }, element.text.text);
    return button(element.text.text, () => use(), {
      class: `button ${element.style ?? ""}`,
      data: { control: key, action: element.action_id },
      "aria-label": element.accessibility_label,
    });
  }
  if (element.type === "overflow") return overflow(element, { use, control: key, action: element.action_id });
  const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  if (!options.length) return el("span", { class: "sub" }, `(a ${element.type}, not drawn here)`);
  const first = element.placeholder?.text ?? "Choose…";
  return el(
    "select",
    {
      class: "button",
      "aria-label": first,
      data: { control: key, action: element.action_id },
      on: { change: (event) => event.target.value && use(event.target.value).then(() => (event.target.value = "")) },
    },
    el("option", { value: "" }, first),
    options.map((option) => el("option", { value: option.value }, option.text.text)),
  );
}

function table(block) {
  const [head, ...rows] = block.rows;
  const cell = (one) => (one.type === "rich_text" ? richText(one) : one.text);
  const at = (index) => `cell ${block.column_settings?.[index]?.align ?? "left"}`;
  return el(
    "div",
    { class: "table-wrap" },
    el(
      "table",
      {},
      block.caption ? el("caption", {}, block.caption) : null,
      el("thead", {}, el("tr", {}, head.map((one, index) => el("th", { scope: "col", class: at(index) }, cell(one))))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((one, index) => el("td", { class: at(index) }, cell(one)))))),
    ),
  );
}
