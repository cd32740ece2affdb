// Forms whose button asks the device for a passkey, and sends what it answers. Where the browser knows none they stay hidden.
const known = window.PublicKeyCredential?.parseCreationOptionsFromJSON;
const fetchOptions = async (form) => {
  const answer = await fetch(form.dataset.options, {
    method: "POST", headers: { "X-CSRFToken": form.elements.csrf_token.value }, redirect: "error",
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
};
const ask = async (form) => {
  const options = await fetchOptions(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
};
for (const form of known ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const fault = form.querySelector(".invalid-feedback");
    fault.classList.remove("d-block");
    try {
      form.elements.credential.value = JSON.stringify((await ask(form)).toJSON());
      form.submit();
    } catch {
      fault.classList.add("d-block");
    }
  });
}
