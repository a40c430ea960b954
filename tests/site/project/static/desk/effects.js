window.effects = "effects";
