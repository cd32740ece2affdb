// The board keeps itself up to date, says when it can't, and shows one screenful after the other.
(() => {
  const old = document.getElementById("old");
  const refresh = async () => {
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      if ([404, 410].includes(response.status)) { location.reload(); return; }
      if (!response.ok) throw new Error("not answered");
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      document.getElementById("board").replaceWith(page.getElementById("board"));
      document.querySelector(".clock").replaceWith(page.querySelector(".clock"));
      old.querySelector("b").replaceWith(page.querySelector("#old b"));
      old.hidden = true;
    } catch { old.hidden = false; }
  };
  setInterval(refresh, 15000);
  setInterval(() => {
    const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 4;
    scrollTo({ top: end ? 0 : scrollY + innerHeight * 0.8, behavior: "smooth" });
  }, 10000);
})();
