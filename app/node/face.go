package node

// Colors are the colours that a PC can have, by name; how each looks in the light and the dark is the window's to say.
var Colors = []string{"blue", "teal", "green", "olive", "orange", "red", "pink", "purple", "grey"}

// Pictures are what a PC can be drawn as. They are built in, so that no picture of another PC is ever decoded.
var Pictures = []string{"pc", "laptop", "desk", "bell", "tools", "shop", "house", "book", "coin", "camera", "palette", "plant"}
