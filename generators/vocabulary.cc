#include "generators/vocabulary.h"

namespace resow {

const std::array<std::string_view, 64> kAdjectives = {
    "light",    "quiet",    "sturdy",    "modern",   "classic",  "compact",  "handmade", "folding",
    "portable", "durable",  "elegant",   "simple",   "smooth",   "warm",     "soft",     "bright",
    "small",    "large",    "slim",      "wide",     "tall",     "short",    "round",    "square",
    "vintage",  "rustic",   "practical", "reliable", "seasonal", "everyday", "rare",     "fresh",
    "gentle",   "robust",   "neat",      "refined",  "cosy",     "fine",     "flexible", "solid",
    "padded",   "polished", "painted",   "woven",    "printed",  "knitted",  "lined",    "striped",
    "narrow",   "double",   "single",    "original", "local",    "new",      "used",     "restored",
    "washable", "foldable", "hanging",   "standing", "travel",   "outdoor",  "indoor",   "summer",
};

const std::array<std::string_view, 64> kMaterials = {
    "oak",     "pine",   "walnut",  "bamboo",    "cork",   "leather", "suede",   "cotton",
    "linen",   "wool",   "silk",    "velvet",    "denim",  "canvas",  "felt",    "jute",
    "steel",   "iron",   "copper",  "brass",     "silver", "golden",  "ceramic", "porcelain",
    "glass",   "marble", "granite", "stone",     "paper",  "rubber",  "wicker",  "wooden",
    "black",   "white",  "grey",    "blue",      "navy",   "green",   "olive",   "red",
    "crimson", "orange", "yellow",  "pink",      "purple", "violet",  "brown",   "beige",
    "ivory",   "cream",  "teal",    "turquoise", "maroon", "coral",   "amber",   "khaki",
    "mint",    "lilac",  "indigo",  "charcoal",  "sand",   "bronze",  "pearl",   "slate",
};

const std::array<std::string_view, 128> kNouns = {
    "lamp",     "shelf",   "chair",    "table",   "desk",     "stool",    "bench",    "sofa",
    "mirror",   "clock",   "vase",     "bowl",    "plate",    "mug",      "cup",      "jar",
    "bottle",   "kettle",  "teapot",   "pan",     "pot",      "knife",    "fork",     "spoon",
    "tray",     "basket",  "box",      "crate",   "drawer",   "cabinet",  "wardrobe", "rack",
    "hook",     "frame",   "poster",   "print",   "candle",   "lantern",  "rug",      "carpet",
    "curtain",  "cushion", "pillow",   "blanket", "quilt",    "towel",    "apron",    "napkin",
    "jacket",   "coat",    "parka",    "vest",    "sweater",  "hoodie",   "shirt",    "blouse",
    "skirt",    "dress",   "jeans",    "shorts",  "scarf",    "hat",      "cap",      "beret",
    "gloves",   "mittens", "socks",    "belt",    "wallet",   "purse",    "handbag",  "backpack",
    "suitcase", "satchel", "umbrella", "watch",   "ring",     "bracelet", "necklace", "brooch",
    "earrings", "boots",   "shoes",    "sandals", "sneakers", "slippers", "loafers",  "heels",
    "guitar",   "violin",  "flute",    "drum",    "piano",    "record",   "radio",    "speaker",
    "camera",   "lens",    "tripod",   "phone",   "charger",  "keyboard", "monitor",  "printer",
    "notebook", "pen",     "pencil",   "ruler",   "folder",   "album",    "puzzle",   "game",
    "ball",     "racket",  "bike",     "helmet",  "skates",   "kite",     "tent",     "hammock",
    "toolbox",  "hammer",  "drill",    "saw",     "wrench",   "ladder",   "bucket",   "broom",
};

}  // namespace resow
