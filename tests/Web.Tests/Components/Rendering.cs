using System.Linq.Expressions;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;
using Vaguemestre.Web.Components;

namespace Vaguemestre.Web.Tests.Components;

/// <summary>A view around one tag helper: a model, its state, and what comes out as HTML. No-break spaces are read as spaces.</summary>
sealed class Rendering<TModel>
    where TModel : class, new()
{
    static readonly IModelMetadataProvider Metadata =
        new ServiceCollection().AddLogging().AddFrenchPages().Services.BuildServiceProvider().GetRequiredService<IModelMetadataProvider>();

    readonly ViewDataDictionary<TModel> viewData;

    public Rendering(TModel? model = null)
    {
        viewData = new ViewDataDictionary<TModel>(Metadata, new ModelStateDictionary()) { Model = model ?? new TModel() };
        var http = new DefaultHttpContext();
        Context = new ViewContext { HttpContext = http, ViewData = viewData, TempData = new TempDataDictionary(http, new NoTempData()) };
    }

    public ViewContext Context { get; }

    public ModelStateDictionary State => viewData.ModelState;

    public ModelExpression For<TValue>(Expression<Func<TModel, TValue>> property) =>
        new ModelExpressionProvider(Metadata).CreateModelExpression(viewData, property);

    public async Task<string> Html(TagHelper helper, string content = "", params (string Name, string Value)[] attributes)
    {
        if (helper.GetType().GetProperty("ViewContext") is { } context) context.SetValue(helper, Context);
        var output = new TagHelperOutput("v-test", [.. attributes.Select(pair => new TagHelperAttribute(pair.Name, pair.Value))],
            (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent().SetHtmlContent(content)));
        await helper.ProcessAsync(new TagHelperContext([], new Dictionary<object, object>(), "test"), output);
        await using var writer = new StringWriter();
        output.WriteTo(writer, EncoderOfPages);
        return writer.ToString().Replace("&#xA0;", " ").Replace("&#xA;", "\n");
    }

    static readonly HtmlEncoder EncoderOfPages = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

    sealed class NoTempData : ITempDataProvider
    {
        public IDictionary<string, object> LoadTempData(HttpContext context) => new Dictionary<string, object>(StringComparer.Ordinal);

        public void SaveTempData(HttpContext context, IDictionary<string, object> values)
        {
        }
    }
}
