// The directory: who is in it, what gives them access, and whether they really get in.
import { $, button, el, name, reconcile, toast } from "./dom.js";
import { act, look } from "./api.js";

const STATUS = { ENABLED: ["Enabled", "on"], DISABLED: ["Disabled", "off"] };
// How many ways in a card shows before it is unfolded.
const SHOWN = 6;
const GONE_MS = 5000;
// How many people are asked for at a time.
const PAGE = 100;

// The simulator reports times in UTC, as AWS does; readers want their own time zone.
function local(text) {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, (moment) =>
    new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(moment)),
  );
}

const usable = (ways) => ways.filter((way) => !way.obstacle);

function count(ways) {
  const open = usable(ways).length;
  if (open) return `${open} ${open === 1 ? "way" : "ways"} in`;
  return ways.length ? `No way in that works: ${ways[0].account_id ? "the account is not active" : "the application is disabled"}` : "No way in";
}

// Permission sets whose names say how much they allow.
const SAYS_SO = new Set(["AdministratorAccess", "PowerUserAccess"]);

// What is granted: a permission set or a role in an account, or an application.
function granted(grant) {
  return [
    grant.account_name ? [el("b", {}, name(grant.account_name)), grant.management ? el("span", { class: "sub" }, " (management account)") : null, " · ", name(grant.name)] : el("b", {}, name(grant.name)),
    grant.label ? [" · ", el("span", { class: "sub" }, grant.label)] : null,
  ];
}

// How strong a grant is, and why it does not work now.
function marks(grant) {
  return [
    grant.administrator_like && !SAYS_SO.has(grant.name) ? el("span", { class: "tag strong", title: "Judged by its policies, not its name" }, "administrator-like") : null,
    grant.obstacle ? el("span", { class: "tag" }, grant.obstacle.toLowerCase().replaceAll("_", " ")) : null,
  ];
}

export class Directory {
  constructor({ refresh }) {
    this.refresh = refresh;
    this.data = null;
    this.entries = new Map();
    this.before = new Map();
    this.gone = new Map();
    this.lit = null;
    this.shown = PAGE;
    $("search").addEventListener("input", () => this.first());
    for (const id of ["only-disabled", "only-access"]) {
      $(id).addEventListener("click", () => {
        const pressed = $(id).getAttribute("aria-pressed") !== "true";
        $(id).setAttribute("aria-pressed", String(pressed));
        this.first();
      });
    }
  }

  // The first people again, of those who are looked for now.
  first() {
    this.shown = PAGE;
    this.refresh();
  }

  more() {
    this.shown = this.data.users.length + PAGE;
    this.refresh();
  }

  query() {
    const pressed = (id) => ($(id).getAttribute("aria-pressed") === "true" ? "1" : "");
    return { search: $("search").value, disabled: pressed("only-disabled"), access: pressed("only-access"), shown: this.shown, including: this.lit ?? "" };
  }

  async load() {
    const data = await look("directory", this.query());
    await Promise.all(
      [...this.entries.keys()].map(async (id) => this.entries.set(id, await look("entry", { user: id }).catch(() => []))),
    );
    this.data = data;
    this.draw();
  }

  leavers() {
    return (this.data?.users ?? []).filter((user) => user.status === "DISABLED" && user.user_name).map((user) => user.user_name);
  }

  draw() {
    const { users, found, total, disabled, denied, orphans } = this.data;
    $("directory-count").textContent = `${total.toLocaleString()} people, ${disabled.toLocaleString()} disabled`;
    this.drawDenies(denied);
    this.drawOrphans(orphans);
    const items = users.map((user) => ({ user, entry: this.entries.get(user.id) ?? null }));
    const place = $("people");
    reconcile(place, items, (item) => item.user.id, (item) => this.card(item));
    for (const card of place.children) card.classList.toggle("lit", card.dataset.key === this.lit);
    place.querySelector(":scope > .more")?.remove();
    if (!users.length) place.replaceChildren(el("p", { class: "nobody" }, "No one matches. Try fewer filters."));
    else if (found > users.length) place.append(this.rest(found - users.length));
  }

  rest(left) {
    const next = Math.min(left, PAGE);
    return el("p", { class: "more", data: { key: "more" } }, `${left.toLocaleString()} more. `, button(`Show ${next} more`, () => this.more()));
  }

  drawDenies(denied) {
    $("denies").replaceChildren(
      el("b", {}, denied.length ? `${denied.length} emergency ${denied.length === 1 ? "deny" : "denies"} in force: ` : "No emergency deny in force."),
      ...denied.flatMap((one, index) => [index ? ", " : "", name(one.name)]),
    );
    $("denies").classList.toggle("some", denied.length > 0);
  }

  drawOrphans(orphans) {
    const place = $("orphans");
    place.hidden = !orphans.length;
    place.querySelector("summary").textContent = `Left behind by deleted users: ${orphans.length} ${orphans.length === 1 ? "grant" : "grants"}`;
    place.querySelector("ul").replaceChildren(
      ...orphans.map((one) => el("li", { class: "dead" }, granted(one), " · of ", el("code", {}, one.user_id), marks(one))),
    );
  }

  // Show this person: scroll to the card and mark it.
  light(id) {
    this.lit = id ?? this.lit;
    for (const card of $("people").children) card.classList.toggle("lit", card.dataset.key === this.lit);
    const card = $("people").querySelector(".lit");
    card?.scrollIntoView({ block: "center", behavior: "smooth" });
    // Not among those shown so far: asked for, once.
    if (!card && id && this.data) this.refresh().then(() => $("people").querySelector(".lit")?.scrollIntoView({ block: "center" }));
  }

  card({ user, entry }) {
    const [label, kind] = STATUS[user.status] ?? ["Status unknown", "unknown"];
    const title = user.display_name || user.user_name || "(no name)";
    const off = user.status === "DISABLED";
    const change = button(off ? "Enable" : "Disable", () => this.setStatus(user, off ? "ENABLED" : "DISABLED"), { data: { control: "status" } });
    const enter = button(entry ? "Hide the attempt" : "Try to get in as this user", () => this.toggleEntry(user), { data: { control: "enter" }, "aria-expanded": String(Boolean(entry)) });
    return el(
      "article",
      { class: `card ${usable(user.ways).length ? "" : "shut"}`, tabindex: "-1", "aria-label": title },
      el("div", { class: "card-head" }, el("h3", {}, name(title)), el("span", { class: `pill ${kind}` }, label), user.denied ? el("span", { class: "pill denied" }, "Denied") : null),
      el("p", { class: "sub" }, name(user.user_name ?? "(no user name)"), user.scim ? " · from your directory (SCIM)" : ""),
      this.ways(user),
      el("div", { class: "card-actions" }, enter, change),
      entry ? this.entry(entry) : null,
    );
  }

  ways(user) {
    const key = (way) => [way.account_id, way.permission_set_arn, way.application_arn, way.entitlement_id, way.group_id].join(" ");
    const now = new Set(user.ways.map(key));
    const left = (this.before.get(user.id) ?? []).filter((way) => !now.has(key(way)));
    this.before.set(user.id, user.ways);
    // What has just disappeared is struck through for a moment.
    const gone = [...(this.gone.get(user.id) ?? []), ...left.map((way) => ({ way, at: Date.now() }))].filter(
      (one) => Date.now() - one.at < GONE_MS && !now.has(key(one.way)),
    );
    this.gone.set(user.id, gone);
    const list = el("ul", { class: "ways" }, user.ways.slice(0, SHOWN).map((way) => this.way(way)));
    for (const { way, at } of gone) {
      const row = this.way(way);
      row.style.animationDelay = `${at - Date.now()}ms`;
      row.classList.add("gone");
      row.setAttribute("aria-hidden", "true");
      row.addEventListener("animationend", () => row.remove());
      list.append(row);
    }
    const rest = user.ways.slice(SHOWN);
    return [
      el("p", { class: "ways-count" }, count(user.ways)),
      list,
      rest.length ? el("details", { class: "rest" }, el("summary", {}, `${rest.length} more`), el("ul", { class: "ways" }, rest.map((way) => this.way(way)))) : null,
    ];
  }

  way(way) {
    return el(
      "li",
      { class: `${way.denied_by ? "held" : ""} ${way.obstacle ? "dead" : ""}` },
      granted(way),
      way.path === "group" ? [" · through group ", el("i", {}, name(way.group_name))] : " · directly",
      marks(way),
      way.denied_by ? el("span", { class: "tag deny" }, "blocked by the deny") : null,
    );
  }

  entry(rows) {
    if (!rows.length) return el("p", { class: "entry-none" }, "Nothing to try: this user has no access and no open session.");
    const verdict = (one) =>
      one
        ? el("td", {}, el("span", { class: one.allowed ? "verdict in" : "verdict out" }, one.allowed ? "Gets in" : "Denied"), el("span", { class: "by" }, name(local(one.by))))
        : el("td", {}, el("span", { class: "sub" }, "none"));
    return el(
      "div",
      { class: "table-wrap" },
      el(
        "table",
        { class: "entries" },
        el("thead", {}, el("tr", {}, ["Where", "A new session", "An open session"].map((text) => el("th", { scope: "col" }, text)))),
        el(
          "tbody",
          {},
          rows.map((row) =>
            el("tr", {}, el("th", { scope: "row" }, name(row.account_name ?? row.permission_set_name), row.account_name ? el("span", { class: "by" }, name(row.permission_set_name)) : null, row.label ? el("span", { class: "by" }, row.label) : null), verdict(row.new_session), verdict(row.open_session)),
          ),
        ),
      ),
    );
  }

  async toggleEntry(user) {
    if (this.entries.has(user.id)) this.entries.delete(user.id);
    else {
      try {
        this.entries.set(user.id, await look("entry", { user: user.id }));
      } catch (error) {
        toast(error.message, "bad");
      }
    }
    this.draw();
    if (this.entries.has(user.id)) $("people").querySelector(`[data-key="${CSS.escape(user.id)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  async setStatus(user, status) {
    try {
      await act("status", { user: user.id, status });
      // Soon gone: the alert is there within two seconds, and the toast would cover it.
      toast(`${status === "DISABLED" ? "Disabled" : "Enabled"}. AWS sends an event to leaverbot's queue.`, "", 2500);
    } catch (error) {
      toast(error.message, "bad");
    }
  }
}
