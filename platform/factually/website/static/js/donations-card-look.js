/* How the payment provider's own card form looks: in the page's colours, light or dark. */
(function () {
  "use strict";

  window.FactuallyCardLook = function () {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    return {
      theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe",
      variables: {
        colorPrimary: token("--accent"),
        colorBackground: token("--paper-raised"),
        colorText: token("--ink"),
        colorTextSecondary: token("--ink-soft"),
        colorDanger: token("--stop"),
        borderRadius: token("--radius"),
      },
    };
  };
})();
