// Makes or shows a passkey before the form goes: what the browser answers travels in the form itself.
const FAILED = "端末が応じませんでした。画面の案内に従って、もう一度押してください。";
const NONE = "このブラウザでは、パスキーを使えません。";

const asked = async (form) => {
  const got = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  if (!got.ok) throw new Error(String(got.status));
  return (await got.json()).publicKey;
};

const answered = async (form) => {
  const json = await asked(form);
  if (form.dataset.passkey === "create") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
  return navigator.credentials.get({ publicKey });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[data-said]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      said.textContent = NONE;
      return;
    }
    try {
      form.elements.answer.value = JSON.stringify(await answered(form));
      form.submit();
    } catch {
      said.textContent = FAILED;
    }
  });
}
