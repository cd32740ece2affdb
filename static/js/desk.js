// The desk: what a scanner types, what the camera sees, and scans kept while the network is gone.
(() => {
  const desk = document.getElementById("desk");
  const form = desk.querySelector(".desk-form");
  const field = form.elements.words;
  const answer = document.getElementById("answer");
  const waiting = document.getElementById("waiting");
  const place = `desk-${desk.dataset.event}`;
  const code = /^\d{1,9}-\d{1,9}-[A-Z2-7]{12}$/;

  const kept = () => JSON.parse(localStorage.getItem(place) || "[]");
  const keep = (scans) => {
    if (scans.length) localStorage.setItem(place, JSON.stringify(scans));
    else localStorage.removeItem(place);
    waiting.textContent = scans.length ? `${desk.dataset.waiting} ${scans.length}` : "";
  };
  const say = (text, kind) => {
    const box = Object.assign(document.createElement("div"), { className: `desk-answer desk-${kind}` });
    box.append(Object.assign(document.createElement("p"), { className: "desk-said", textContent: text }));
    answer.replaceChildren(box);
  };
  const send = async (words, at) => {
    const data = new FormData(form);
    data.set("words", words);
    if (at) data.set("at", at);
    const response = await fetch(form.action, { method: "POST", body: data, headers: { "X-Desk": "1" }, redirect: "error" });
    // A proxy without its server behind it, a form that has grown too old: the scan isn't lost, it is sent again.
    if (!response.ok) throw new TypeError("not taken");
    answer.innerHTML = await response.text();
  };

  // One after the other, so that of two scans none is lost.
  let line = Promise.resolve();
  const scan = (words) => {
    const read = words.trim().toUpperCase();
    if (code.test(read) && !read.startsWith(`${desk.dataset.event}-`)) { say(desk.dataset.other, "bad"); return; }
    line = line.then(async () => {
      try {
        await send(words);
      } catch {
        if (!code.test(read)) { say(desk.dataset.kept.split(":")[0], "bad"); return; }
        const scans = kept();
        if (scans.some((each) => each.words === read)) { say(`${desk.dataset.twice}: ${read}`, "twice"); return; }
        keep([...scans, { words: read, at: new Date().toISOString() }]);
        say(desk.dataset.kept, "twice");
      }
    });
  };
  const catchUp = () => {
    line = line.then(async () => {
      for (let scans = kept(); scans.length; scans = kept()) {
        try { await send(scans[0].words, scans[0].at); } catch { return; }
        keep(kept().slice(1));
      }
    });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    if (field.value.trim()) scan(field.value);
    field.select();
  });
  addEventListener("online", catchUp);
  setInterval(() => kept().length && catchUp(), 10000);
  keep(kept());
  catchUp();

  // The camera: the browser's own reader where it has one, else jsQR.
  const button = document.getElementById("camera");
  const view = document.getElementById("view");
  if (!navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const native = "BarcodeDetector" in window ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  const read = async () => {
    if (native) {
      try { return (await native.detect(view))[0]?.rawValue; } catch { /* as on systems that have the name alone */ }
    }
    const shrink = Math.min(1, 640 / view.videoWidth);
    canvas.width = view.videoWidth * shrink;
    canvas.height = view.videoHeight * shrink;
    pen.drawImage(view, 0, 0, canvas.width, canvas.height);
    return jsQR(pen.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width, canvas.height)?.data;
  };
  // A badge held before the camera is read many times a second: it counts once until it is gone for a while.
  let last = "", gone = 0;
  const look = async () => {
    if (view.hidden) return;
    const words = view.videoWidth ? await read() : "";
    if (!words) { if (++gone > 8) last = ""; }
    else {
      gone = 0;
      if (words !== last) { last = words; scan(words); }
    }
    setTimeout(look, 80);
  };
  button.addEventListener("click", async () => {
    if (!view.hidden) {
      for (const track of view.srcObject.getTracks()) track.stop();
      view.hidden = true;
      return;
    }
    try {
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      view.hidden = false;
      await view.play();
      look();
    } catch { say(desk.dataset.refused, "bad"); }
  });
})();
