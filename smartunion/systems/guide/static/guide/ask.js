// Voice and place for the field: both only where the browser has them and the person presses the button.
const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;

function listen(form, button) {
  const field = form.elements.question, label = button.querySelector("span"), idle = label.textContent;
  const heard = new Recognition();
  heard.lang = document.documentElement.lang.startsWith("en") ? "en-US" : "zh-CN";
  heard.interimResults = true;
  heard.onresult = (event) => {
    field.value = [...event.results].map((result) => result[0].transcript).join("");
    if (event.results[event.results.length - 1].isFinal) form.requestSubmit();
  };
  heard.onerror = ({ error }) => {
    if (error === "aborted") return;
    // Where the microphone is refused or nothing can listen, pressing again would fail again: the keyboard is the way.
    const refused = ["not-allowed", "audio-capture"].includes(error);
    const missing = ["service-not-allowed", "network", "language-not-supported"].includes(error);
    label.textContent = refused ? button.dataset.tRefused : missing ? button.dataset.tMissing : button.dataset.tFailed;
    button.disabled = refused || missing;
    if (button.disabled) field.focus();
  };
  heard.onend = () => {
    button.classList.remove("is-listening");
    if (label.textContent === button.dataset.tListening) label.textContent = idle;
  };
  button.addEventListener("click", () => {
    if (button.classList.contains("is-listening")) { heard.stop(); return; }
    button.classList.add("is-listening");
    label.textContent = button.dataset.tListening;
    window.speechSynthesis?.cancel();
    try { heard.start(); } catch { heard.onerror({ error: "network" }); heard.onend(); }
  });
  button.hidden = false;
  form.querySelector("[data-voice-note]")?.setAttribute("hidden", "");
  form.querySelector("[data-voice-by]")?.removeAttribute("hidden");
}

function locate(form, button) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition((found) => {
    form.elements.lon.value = found.coords.longitude.toFixed(2);  // a kilometre is near enough for a town
    form.elements.lat.value = found.coords.latitude.toFixed(2);
    button.querySelector("span").textContent = button.dataset.tFound;
  }, () => { button.hidden = true; }));
}

for (const form of document.querySelectorAll("[data-ask]")) {
  const voice = form.querySelector("[data-voice]"), place = form.querySelector("[data-locate]");
  if (Recognition && voice) listen(form, voice);
  if (navigator.geolocation && window.isSecureContext && place) locate(form, place);
  form.elements.question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
}
document.getElementById("answers")?.focus({ preventScroll: true });
