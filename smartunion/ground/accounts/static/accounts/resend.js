// The button that sends another code counts down until it may be pressed; without this script the server refuses kindly.
for (const button of document.querySelectorAll("[data-resend]")) {
  const ready = Date.now() + Number(button.dataset.resend) * 1000;
  const tick = () => {
    const left = Math.ceil((ready - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? button.dataset.wait.replace("{n}", left) : button.dataset.label;
    if (left > 0) setTimeout(tick, 500);
  };
  tick();
}
