namespace DecisionServer.Loader;

/// <summary>Words for generated catalogues.</summary>
internal static class Grocery
{
    public static readonly (string Department, string Category, string[] Products)[] Categories =
    [
        ("GROCERY", "COFFEE", ["Ground Coffee", "Espresso Beans", "Coffee Pods"]),
        ("GROCERY", "TEA", ["Green Tea", "Breakfast Tea", "Herbal Infusion"]),
        ("GROCERY", "CEREAL", ["Corn Flakes", "Crunchy Muesli", "Oat Flakes"]),
        ("GROCERY", "PASTA", ["Spaghetti", "Penne", "Lasagne Sheets"]),
        ("GROCERY", "SOUP", ["Tomato Soup", "Chicken Noodle Soup", "Vegetable Soup"]),
        ("GROCERY", "CRACKERS & BISCUITS", ["Butter Biscuits", "Salted Crackers", "Oat Cookies"]),
        ("GROCERY", "CANDY - PACKAGED", ["Milk Chocolate", "Fruit Gums", "Mint Drops"]),
        ("GROCERY", "SALTY SNACKS", ["Potato Crisps", "Tortilla Chips", "Pretzels"]),
        ("GROCERY", "SOFT DRINKS", ["Cola", "Lemonade", "Tonic Water"]),
        ("GROCERY", "JUICE", ["Orange Juice", "Apple Juice", "Grapefruit Juice"]),
        ("GROCERY", "WATER", ["Still Water", "Sparkling Water"]),
        ("GROCERY", "BABY FOOD", ["Carrot Puree", "Baby Porridge"]),
        ("DAIRY", "MILK", ["Whole Milk", "Skimmed Milk", "Oat Drink"]),
        ("DAIRY", "YOGURT", ["Natural Yogurt", "Strawberry Yogurt", "Skyr"]),
        ("DAIRY", "CHEESE", ["Cheddar", "Gouda Slices", "Mozzarella", "Cream Cheese"]),
        ("DAIRY", "BUTTER & SPREADS", ["Salted Butter", "Margarine"]),
        ("DAIRY", "EGGS", ["Free-range Eggs", "Organic Eggs"]),
        ("FROZEN", "FROZEN PIZZA", ["Pizza Margherita", "Pizza Salami"]),
        ("FROZEN", "ICE CREAM", ["Vanilla Ice Cream", "Chocolate Ice Cream", "Sorbet"]),
        ("FROZEN", "FROZEN VEGETABLES", ["Garden Peas", "Spinach Leaves", "Vegetable Mix"]),
        ("MEAT", "BEEF", ["Minced Beef", "Sirloin Steak"]),
        ("MEAT", "CHICKEN", ["Chicken Breast", "Chicken Wings"]),
        ("MEAT", "DELI MEATS", ["Cooked Ham", "Salami", "Turkey Slices"]),
        ("SEAFOOD", "FISH", ["Salmon Fillet", "Cod Fillet", "Smoked Trout"]),
        ("PRODUCE", "FRUIT", ["Bananas", "Apples", "Grapes", "Strawberries"]),
        ("PRODUCE", "VEGETABLES", ["Tomatoes", "Cucumber", "Peppers", "Carrots"]),
        ("BAKERY", "BREAD", ["Wholemeal Bread", "Baguette", "Sourdough Loaf"]),
        ("BAKERY", "CAKES", ["Cheesecake", "Muffins"]),
        ("DRUG GM", "ORAL HYGIENE PRODUCTS", ["Toothpaste", "Mouthwash"]),
        ("DRUG GM", "HAIR CARE", ["Shampoo", "Conditioner"]),
        ("DRUG GM", "PAPER GOODS", ["Kitchen Roll", "Toilet Tissue"]),
        ("DRUG GM", "HOUSEHOLD CLEANING NEEDS", ["Dish Soap", "Laundry Liquid", "Surface Spray"]),
        ("PET", "DOG FOOD", ["Dry Dog Food", "Dog Treats"]),
        ("PET", "CAT FOOD", ["Cat Food Pouches", "Cat Biscuits"]),
    ];

    public static readonly string[] Brands =
    [
        "Alder & Sons", "Bellmont", "Casa Verde", "Dunmore", "Ember", "Farmhouse", "Goldcrest", "Harvest Lane", "Isla", "Juniper",
        "Kestrel", "Lakeside", "Meadowbrook", "Northfield", "Oak Hill", "Primavera", "Quince", "Riverside", "Sunny Acre", "Terra",
        "Upland", "Valley Fresh", "Westerly", "Yarrow", "Our Own Brand",
    ];

    public static readonly string[] Deals = ["10 % off", "20 % off", "25 % off", "Two for one", "Triple points", "50 c off", "1.00 off"];

    public static readonly string[] CampaignTypes = ["Type A", "Type B", "Type C"];
}
