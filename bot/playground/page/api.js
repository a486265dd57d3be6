// Talking to the playground's server.

async function read(answer) {
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.error || `The playground answered ${answer.status}.`);
  return body;
}

export async function look(what, query = {}) {
  return read(await fetch(`/api/${what}?${new URLSearchParams(query)}`));
}

export async function act(what, given = {}) {
  return read(
    await fetch(`/api/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Leaverbot-Playground": "1" },
      body: JSON.stringify(given),
    }),
  );
}

export function follow(onTick, onLost) {
  const events = new EventSource("/api/events");
  events.addEventListener("message", (event) => onTick(JSON.parse(event.data)));
  events.addEventListener("error", onLost);
}

// One request at a time; if more are asked for meanwhile, one more follows, after a pause.
export function latest(ask, pause = 0) {
  let busy = false;
  let again = false;
  return async function run() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      do {
        again = false;
        await ask();
        if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
      } while (again);
    } finally {
      busy = false;
    }
  };
}
